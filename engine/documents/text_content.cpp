// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/text_content.h"

#include <algorithm>
#include <span>
#include <vector>

#include "engine/documents/utf8.h"

namespace corpuscope::documents {
namespace {

struct Line {
    std::size_t begin, end;  // of the decoded text, without the line's end
};

using Lines = std::span<const Line>;

class TextStructure {
 public:
    TextStructure(std::string_view text, std::int64_t source, DocumentBuilder& builder)
        : text_(text), source_(source), builder_(builder) {}

    void add_group(Lines lines, Lines next_group) {
        same_group_ = false;
        if (const int level = underlined_level(lines)) {
            add(BlockKind::Heading, level, lines.first(1));
            lines = lines.subspan(2);
        } else if (const int lone_level = lone_heading_level(lines, next_group)) {
            add(BlockKind::Heading, lone_level, lines);
            return;
        }
        if (!lines.empty()) add_paragraphs(lines);
    }

    void add(BlockKind kind, int level, Lines lines) {
        builder_.begin_block(kind, level, same_group_);
        same_group_ = true;
        const std::size_t begin =
            kind == BlockKind::Code ? lines.front().begin : visible(lines.front()).begin;
        builder_.append_verbatim(text_.substr(begin, lines.back().end - begin),
                                 source_ < 0 ? -1 : source_ + static_cast<std::int64_t>(begin));
        builder_.end_block();
    }

 private:
    std::string_view of(const Line& line) const { return text_.substr(line.begin, line.end - line.begin); }

    Line visible(Line line) const {
        while (line.begin < line.end && is_space(text_[line.begin])) ++line.begin;
        while (line.end > line.begin && is_space(text_[line.end - 1])) --line.end;
        return line;
    }

    // 0: not a line with a ruler below.
    int underlined_level(Lines lines) const {
        if (lines.size() < 2) return 0;
        const std::string_view ruler = of(visible(lines[1]));
        const std::string_view title = of(visible(lines[0]));
        constexpr std::string_view kRulers = "=-~^\"'*+";
        const std::size_t level = kRulers.find(ruler.front());
        if (level == std::string_view::npos ||
            ruler.find_first_not_of(ruler.front()) != std::string_view::npos)
            return 0;
        const std::int64_t width = count_characters(title);
        const auto ruler_width = static_cast<std::int64_t>(ruler.size());
        if (width > 100 || ruler_width < 3 || ruler_width * 10 < width * 7 || ruler_width > width + 8)
            return 0;
        return static_cast<int>(level) + 1;
    }

    // 0: running text.
    int lone_heading_level(Lines lines, Lines next_group) const {
        if (next_group.empty() || lines.size() > 3) return 0;
        if (std::all_of(lines.begin(), lines.end(),
                        [&](const Line& line) { return is_capitals(of(visible(line))); }))
            return builder_.block_count() == 0 ? 1 : 2;
        const std::string_view title = of(visible(lines[0]));
        if (lines.size() > 1 || title.size() > 80 ||
            std::string_view(".,;:!?").find(title.back()) != std::string_view::npos)
            return 0;
        if (const int depth = section_depth(title)) return depth;
        return is_caption(title, next_group) ? 3 : 0;
    }

    static bool is_capitals(std::string_view title) {
        const auto capitals =
            std::count_if(title.begin(), title.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
        const bool small =
            std::any_of(title.begin(), title.end(), [](char c) { return c >= 'a' && c <= 'z'; });
        return capitals >= 4 && !small && title.size() <= 80 &&
               capitals * 2 > static_cast<std::ptrdiff_t>(title.size());
    }

    // A few words by themselves above a paragraph, such as the dates of a diary.
    bool is_caption(std::string_view title, Lines next_group) const {
        const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
        const std::string_view next = of(visible(next_group.front()));
        const bool begins_well = is_capital(title.front()) || (title.front() >= '0' && title.front() <= '9');
        const auto words = std::count_if(title.begin(), title.end(), is_space) + 1;
        const bool paragraph_below = next_group.size() > 1 || next.size() >= 80;
        return begins_well && words <= 8 && title.size() <= 60 && paragraph_below &&
               is_capital(next.front()) && !begins_item(title);
    }

    // "4.2 Fuel" has 2. A single number could as well count the entries of a list.
    static int section_depth(std::string_view title) {
        std::size_t i = 0;
        int numbers = 0;
        while (i < title.size() && title[i] >= '0' && title[i] <= '9') {
            while (i < title.size() && title[i] >= '0' && title[i] <= '9') ++i;
            ++numbers;
            if (i < title.size() && title[i] == '.') ++i;
        }
        const bool space = i + 1 < title.size() && (title[i] == ' ' || title[i] == '\t');
        if (numbers < 2 || numbers > 6 || !space) return 0;
        while (i < title.size() && is_space(title[i])) ++i;
        return title[i] >= 'A' && title[i] <= 'Z' ? numbers : 0;
    }

    static bool begins_item(std::string_view line) {
        if (line.size() < 3) return false;
        if ((line[0] == '-' || line[0] == '*' || line[0] == '+') && line[1] == ' ') return true;
        if (line.starts_with("\xE2\x80\xA2 ") || line.starts_with("\xE2\x80\x93 ")) return true;  // • and –
        std::size_t i = line[0] == '(' ? 1 : 0;
        const std::size_t digits = i;
        while (i < line.size() && i < digits + 3 && line[i] >= '0' && line[i] <= '9') ++i;
        if (i == digits && line[i] >= 'a' && line[i] <= 'z') ++i;
        if (i == digits || i + 1 >= line.size()) return false;
        const bool letter = line[i - 1] >= 'a';
        return (line[i] == ')' || (line[i] == '.' && !letter)) && line[i + 1] == ' ';
    }

    // Wrapped by hand: nearly every line ends because the next word had no room, or in the middle of a
    // sentence. A poem or a list of names, whose lines are short for the widest of them, is not.
    bool is_wrapped(Lines lines) const {
        std::int64_t width = 0, together = 0;
        for (const Line& line : lines) width = std::max(width, count_characters(of(line)));
        if (width < 30 || width > 200) return false;
        std::size_t forced = 0, broken = 0;
        for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
            const std::string_view line = of(visible(lines[i]));
            const std::string_view next = of(visible(lines[i + 1]));
            const std::int64_t word = count_characters(next.substr(0, next.find_first_of(" \t")));
            together += count_characters(of(lines[i]));
            forced += (count_characters(of(lines[i])) + 1 + word) * 100 > width * 88;
            broken += std::string_view(".!?:;").find(line.back()) == std::string_view::npos;
        }
        const std::size_t breaks = lines.size() - 1;
        const bool long_lines = together * 2 > width * static_cast<std::int64_t>(breaks);
        return forced * 10 >= breaks * 7 || (width >= 50 && long_lines && broken * 2 >= breaks);
    }

    void add_paragraphs(Lines lines) {
        std::size_t begin = 0;
        for (std::size_t i = 1; i <= lines.size(); ++i) {
            if (i < lines.size() && !begins_item(of(visible(lines[i])))) continue;
            add_run(lines.subspan(begin, i - begin));
            begin = i;
        }
    }

    void add_run(Lines lines) {
        const bool item = begins_item(of(visible(lines[0])));
        if (item || lines.size() == 1 || is_wrapped(lines)) {
            add(item ? BlockKind::ListItem : BlockKind::Paragraph, 0, lines);
            return;
        }
        for (std::size_t i = 0; i < lines.size(); ++i) add(BlockKind::Paragraph, 0, lines.subspan(i, 1));
    }

    std::string_view text_;
    std::int64_t source_;
    DocumentBuilder& builder_;
    bool same_group_ = false;  ///< no blank line since the last block
};

// Groups of lines without a blank one, as ranges of `lines`.
struct Groups {
    std::vector<Line> lines;
    std::vector<std::pair<std::size_t, std::size_t>> ranges;

    Lines operator[](std::size_t i) const {
        if (i >= ranges.size()) return {};
        return Lines(lines).subspan(ranges[i].first, ranges[i].second - ranges[i].first);
    }
};

Groups group_lines(std::string_view text) {
    Groups groups;
    bool open = false;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = text.substr(begin, end - begin);
        const bool blank = std::all_of(line.begin(), line.end(), is_space);
        if (!blank) {
            if (!open) groups.ranges.emplace_back(groups.lines.size(), groups.lines.size());
            groups.lines.push_back({begin, end});
            groups.ranges.back().second = groups.lines.size();
        }
        open = !blank;
        begin = end + 1;
    }
    return groups;
}

}  // namespace

void append_text(std::string_view text, std::int64_t source, DocumentBuilder& builder) {
    TextStructure structure(text, source, builder);
    const Groups groups = group_lines(text);
    for (std::size_t i = 0; i < groups.ranges.size() && !builder.full(); ++i)
        structure.add_group(groups[i], groups[i + 1]);
}

}  // namespace corpuscope::documents
