// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/pdf_layout.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "engine/documents/utf8.h"

namespace corpuscope::documents {
namespace {

bool ends_sentence(std::string_view text) {
    while (!text.empty() && std::string_view("\"')]").find(text.back()) != std::string_view::npos)
        text.remove_suffix(1);
    return !text.empty() && std::string_view(".!?:").find(text.back()) != std::string_view::npos;
}

// "•", "-", "3." or "(b)" and a space.
std::size_t item_marker(std::string_view text) {
    constexpr std::array<std::string_view, 8> kBullets = {"- ", "* ", "• ", "– ",
                                                          "◦ ", "▪ ", "● ", "\xEF\x82\xB7 "};
    for (const std::string_view bullet : kBullets)
        if (text.starts_with(bullet)) return bullet.size();
    std::size_t i = text.starts_with("(") ? 1 : 0;
    const std::size_t begin = i;
    while (i < text.size() && i < begin + 2 && std::isdigit(static_cast<unsigned char>(text[i]))) ++i;
    if (i == begin && i < text.size() && std::islower(static_cast<unsigned char>(text[i]))) ++i;
    const bool closed =
        i > begin && i + 1 < text.size() && (text[i] == '.' || text[i] == ')') && text[i + 1] == ' ';
    return closed ? i + 2 : 0;
}

std::string without_digits(std::string_view text) {
    std::string result;
    for (const char c : text)
        if (!std::isdigit(static_cast<unsigned char>(c))) result += c;
    return simplified(result);
}

template <typename Number>
Number median(std::vector<Number> numbers) {
    if (numbers.empty()) return {};
    const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
    std::nth_element(numbers.begin(), middle, numbers.end());
    return *middle;
}

/// What is usual in the document.
struct Measures {
    double text_height = 0;               ///< of a line of running text
    double pitch = 0;                     ///< from one line of a paragraph to the next
    std::vector<double> heading_heights;  ///< largest first, a level each
};

Measures measure(const std::vector<PdfPage>& pages) {
    Measures measures;
    std::vector<double> heights, pitches;
    for (const PdfPage& page : pages) {
        for (std::size_t i = 0; i < page.size(); ++i) {
            if (!page[i].placed) continue;
            // Long lines are running text, so they count more.
            heights.insert(heights.end(), 1 + page[i].text.size() / 20, page[i].height);
            if (i > 0 && page[i - 1].placed && page[i].top > page[i - 1].top)
                pitches.push_back(page[i].top - page[i - 1].top);
        }
    }
    measures.text_height = median(heights);
    measures.pitch = median(pitches);
    std::set<double, std::greater<>> large;
    for (const PdfPage& page : pages)
        for (const PdfLine& line : page)
            if (line.placed && line.height > 1.2 * measures.text_height) large.insert(line.height);
    for (const double height : large)
        if (measures.heading_heights.empty() || height < 0.9 * measures.heading_heights.back())
            measures.heading_heights.push_back(height);
    return measures;
}

// The numbers that a line begins and ends with, -1 where it does not.
std::array<std::int64_t, 2> outer_numbers(std::string_view text) {
    constexpr std::size_t kLongest = 6;
    constexpr std::string_view kDigits = "0123456789";
    const std::size_t first = std::min(text.find_first_not_of(kDigits), text.size());
    const std::size_t last = text.size() - 1 - std::min(text.find_last_not_of(kDigits), text.size() - 1);
    std::array<std::int64_t, 2> numbers = {-1, -1};
    const bool numbers_section = first < text.size() && text[first] != ' ';
    if (first > 0 && first <= kLongest && !numbers_section)
        numbers[0] = std::stoll(std::string(text.substr(0, first)));
    if (last > 0 && last <= kLongest) numbers[1] = std::stoll(std::string(text.substr(text.size() - last)));
    return numbers;
}

/// Lines at the edges of pages that are there for the pages' sake: those that number them, and those that
/// come again on most of them.
class RunningHeads {
 public:
    explicit RunningHeads(const std::vector<PdfPage>& pages) {
        constexpr std::size_t kFewest = 3;
        std::map<std::string, std::size_t> times;
        std::map<std::int64_t, std::size_t> votes;  // of number minus page
        for (std::size_t page = 0; page < pages.size(); ++page) {
            for (const PdfLine* line : edges(pages[page])) {
                ++times[without_digits(line->text)];
                for (const std::int64_t number : outer_numbers(line->text))
                    if (number >= 0) ++votes[number - static_cast<std::int64_t>(page)];
            }
        }
        for (const auto& [text, count] : times)
            if (!text.empty() && count >= kFewest && count * 2 > pages.size()) recurring_.insert(text);
        const auto most = std::max_element(votes.begin(), votes.end(),
                                           [](const auto& a, const auto& b) { return a.second < b.second; });
        if (most != votes.end() && most->second >= kFewest) first_number_ = most->first;
    }

    bool leaves_out(const PdfLine& line, std::size_t page) {
        const std::string text = without_digits(line.text);
        // A sentence with numbers of its own, which may run with the pages' by chance.
        if (text.size() < simplified(line.text).size() && ends_sentence(text)) return false;
        const bool may_number_page = text.size() <= kLongestBesideNumber || recurring_.contains(text);
        if (first_number_ && may_number_page)
            for (const std::int64_t number : outer_numbers(line.text))
                if (number >= 0 && number - static_cast<std::int64_t>(page) == *first_number_) return true;
        return recurring_.contains(text) && !seen_.insert(text).second;
    }

 private:
    static constexpr std::size_t kLongestBesideNumber = 40;  // bytes: "Chapter 3 · Of tar and pitch"
    static bool ends_sentence(std::string_view text) {
        return !text.empty() && std::string_view(".!?").find(text.back()) != std::string_view::npos;
    }
    static std::vector<const PdfLine*> edges(const PdfPage& page) {
        if (page.empty()) return {};
        if (page.size() == 1) return {&page.front()};
        return {&page.front(), &page.back()};
    }

    std::set<std::string> recurring_, seen_;
    std::optional<std::int64_t> first_number_;
};

class Layout {
 public:
    Layout(const std::vector<PdfPage>& pages, const std::vector<PdfBookmark>& outline,
           DocumentBuilder& builder)
        : pages_(pages), builder_(builder), measures_(measure(pages)), heads_(pages) {
        for (const PdfBookmark& bookmark : outline) outline_.emplace(bookmark.page, &bookmark);
    }

    void append() {
        for (std::size_t p = 0; p < pages_.size() && !builder_.full(); ++p) {
            Lines all, lines;
            for (const PdfLine& line : pages_[p]) all.push_back(&line);
            const std::vector<int> all_levels = heading_levels(all, static_cast<int>(p));
            std::vector<int> levels;
            for (std::size_t i = 0; i < all.size(); ++i) {
                const bool edge = i == 0 || i + 1 == all.size();
                if (edge && all_levels[i] == 0 && heads_.leaves_out(*all[i], p)) continue;
                lines.push_back(all[i]);
                levels.push_back(all_levels[i]);
            }
            append_page(lines, levels);
        }
        builder_.end_block();
    }

 private:
    using Lines = std::vector<const PdfLine*>;

    void append_page(const Lines& lines, const std::vector<int>& levels) {
        const bool goes_on = !lines.empty() && continues_over_page(*lines.front());
        if (goes_on && !joined_) builder_.append(" ", -1);
        if (goes_on) joined_ = true;
        builder_.begin_page(goes_on);
        std::size_t longest = 0;
        for (const PdfLine* line : lines) longest = std::max(longest, line->text.size());
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const PdfLine& line = *lines[i];
            bool same_block = i == 0 ? goes_on && levels[i] == 0 : levels[i] == levels[i - 1];
            if (i > 0 && same_block)
                same_block = levels[i] > 0 ? is_near(*previous_, line)
                                           : !begins_block(*previous_, line, measures_.pitch,
                                                           right_edge(lines, i - 1), longest);
            if (!same_block) begin(line, levels[i]);
            append_line(line);
            previous_ = &line;
            level_ = levels[i];
        }
    }

    void begin(const PdfLine& line, int level) {
        if (level > 0)
            builder_.begin_block(BlockKind::Heading, level);
        else if (item_marker(line.text))
            builder_.begin_block(BlockKind::ListItem);
        else
            builder_.begin_block(line.tabular ? BlockKind::TableRow : BlockKind::Paragraph);
        joined_ = true;
    }

    void append_line(const PdfLine& line) {
        if (!joined_) builder_.append(" ", -1);
        builder_.append(line.text, -1);
        joined_ = line.hyphenated;
    }

    bool continues_over_page(const PdfLine& first) const {
        return previous_ && level_ == 0 && !ends_sentence(previous_->text) && !first.text.empty() &&
               std::islower(static_cast<unsigned char>(first.text.front())) && !item_marker(first.text);
    }

    bool is_near(const PdfLine& above, const PdfLine& below) const {
        return above.placed && below.placed && below.top - above.top < 2.0 * above.height;
    }

    static bool begins_block(const PdfLine& above, const PdfLine& below, double pitch, double edge,
                             std::size_t longest) {
        if (item_marker(below.text) || above.tabular || below.tabular) return true;
        if (!above.placed || !below.placed) {
            // Breaking a sentence in two is worse than joining two paragraphs.
            const std::size_t word = 1 + std::min(below.text.find(' '), below.text.size());
            const bool lower = std::islower(static_cast<unsigned char>(below.text.front()));
            return (above.text.size() + word) * 10 < longest * (ends_sentence(above.text) ? 9U
                                                                : lower                   ? 5U
                                                                                          : 7U);
        }
        const double step = below.top - above.top;
        if (step < 0) return ends_sentence(above.text);  // the next column
        if (step > 1.35 * pitch) return true;
        // A line that ends although the next word had room was ended on purpose.
        const double character =
            (above.right - above.left) / static_cast<double>(std::max<std::size_t>(above.text.size(), 1));
        const double word =
            character * static_cast<double>(1 + std::min(below.text.find(' '), below.text.size()));
        const double slack = (ends_sentence(above.text) ? 0.05 : 0.15) * (edge - above.left);
        return above.right + word < edge - slack;
    }

    // Where the lines around one end that begin at about the same place; not the very longest, which may span
    // columns.
    static double right_edge(const Lines& lines, std::size_t line) {
        constexpr std::size_t kAround = 15;
        constexpr double kSamePlace = 20;
        std::vector<double> rights;
        for (std::size_t i = line - std::min(line, kAround); i < std::min(line + kAround, lines.size()); ++i)
            if (lines[i]->placed && std::abs(lines[i]->left - lines[line]->left) < kSamePlace)
                rights.push_back(lines[i]->right);
        if (rights.empty()) return 0;
        const auto high =
            rights.begin() + static_cast<std::ptrdiff_t>(rights.size() - 1 - rights.size() / 10);
        std::nth_element(rights.begin(), high, rights.end());
        return *high;
    }

    // Of each line: 0, or the level of the heading that it is or is a part of.
    std::vector<int> heading_levels(const Lines& lines, int page) const {
        std::vector<int> levels(lines.size(), 0);
        if (outline_.empty()) {
            for (std::size_t i = 0; i < lines.size(); ++i) levels[i] = level_by_size(*lines[i]);
            return levels;
        }
        for (auto [entry, end] = outline_.equal_range(page); entry != end; ++entry)
            mark(*entry->second, lines, levels);
        return levels;
    }

    static void mark(const PdfBookmark& bookmark, const Lines& lines, std::vector<int>& levels) {
        constexpr std::size_t kMostLines = 4;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (levels[i] > 0) continue;
            std::string text;
            for (std::size_t k = i; k < std::min(i + kMostLines, lines.size()); ++k) {
                text += (k == i ? "" : " ") + lines[k]->text;
                // A page number that happens to stand above is no part of the title.
                const bool after_number = k > i && without_digits(lines[i]->text).empty();
                if (text != bookmark.title && (after_number || without_number(text) != bookmark.title))
                    continue;
                std::fill(levels.begin() + static_cast<std::ptrdiff_t>(i),
                          levels.begin() + static_cast<std::ptrdiff_t>(k + 1), bookmark.level);
                return;
            }
        }
    }

    int level_by_size(const PdfLine& line) const {
        constexpr std::size_t kLongestHeading = 160;
        if (!line.placed || line.height <= 1.2 * measures_.text_height || line.text.size() > kLongestHeading)
            return 0;
        for (std::size_t i = 0; i < measures_.heading_heights.size(); ++i)
            if (line.height >= 0.9 * measures_.heading_heights[i])
                return static_cast<int>(std::min<std::size_t>(i + 1, 6));
        return 0;
    }

    // Outlines often lack the section numbers that the page has.
    static std::string without_number(const std::string& text) {
        const std::size_t end = text.find_first_not_of("0123456789.");
        return end == std::string::npos || end == 0 ? text : simplified(std::string_view(text).substr(end));
    }

    const std::vector<PdfPage>& pages_;
    std::multimap<int, const PdfBookmark*> outline_;  ///< by page
    DocumentBuilder& builder_;
    Measures measures_;
    RunningHeads heads_;
    const PdfLine* previous_ = nullptr;
    int level_ = 0;
    bool joined_ = true;  ///< the next line goes on without a space
};

}  // namespace

void append_pdf_pages(const std::vector<PdfPage>& pages, const std::vector<PdfBookmark>& outline,
                      DocumentBuilder& builder) {
    Layout(pages, outline, builder).append();
}

}  // namespace corpuscope::documents
