// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// ICU proposes where sentences may end (Unicode annex 29), and so does every full stop before a space, for
// ICU takes one before a lower-case letter for an abbreviation; a few rules then decide about each proposal.
#include "engine/documents/sentences.h"

#include <unicode/utext.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "engine/documents/passages.h"
#include "engine/documents/utf8.h"

namespace corpuscope::documents {
namespace {

// Abbreviations after which a sentence goes on, whatever follows.
constexpr std::array<std::string_view, 46> kNeverEnds = {
    "al",   "app",  "approx", "apt", "ca",  "capt", "cf",   "ch",   "chap", "col",  "dept", "dr",
    "e.g",  "ed",   "eds",    "eq",  "esp", "est",  "fig",  "figs", "gen",  "gov",  "hon",  "i.e",
    "incl", "lt",   "mr",     "mrs", "ms",  "mt",   "no",   "nos",  "pp",   "prof", "ref",  "rev",
    "sec",  "sect", "sgt",    "st",  "tab", "vol",  "vols", "viz",  "vs",   "resp"};

// Abbreviations that also stand at the end of a sentence: it ends if a capital follows.
constexpr std::array<std::string_view, 27> kMayEnd = {
    "a.m", "p.m", "etc", "inc", "ltd",  "co",  "corp", "jr",  "sr",  "bros", "jan", "feb", "mar", "apr",
    "jun", "jul", "aug", "sep", "sept", "oct", "nov",  "dec", "u.s", "u.k",  "b.c", "a.d", "ph.d"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <typename List>
bool contains(const List& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

// Quotes and brackets that may stand between the closing mark and the space.
std::size_t before_closers(std::string_view text, std::size_t begin, std::size_t end) {
    constexpr std::array<std::string_view, 4> kWide = {"\xE2\x80\x9D", "\xE2\x80\x99", "\xC2\xBB",
                                                       "\xE3\x80\x8D"};  // ” ’ » 」
    for (bool moved = true; moved && end > begin;) {
        moved = std::string_view("\"')]}*_`").find(text[end - 1]) != std::string_view::npos;
        if (moved) --end;
        for (const std::string_view closer : kWide) {
            if (!text.substr(begin, end - begin).ends_with(closer)) continue;
            end -= closer.size();
            moved = true;
        }
    }
    return end;
}

bool ends_with_wide_mark(std::string_view text) {
    constexpr std::array<std::string_view, 6> kMarks = {"\xE3\x80\x82", "\xEF\xBC\x81",
                                                        "\xEF\xBC\x9F", "\xE2\x80\xA6",
                                                        "\xD8\x9F",     "\xE0\xA5\xA4"};  // 。！？…؟।
    return std::any_of(kMarks.begin(), kMarks.end(),
                       [&](std::string_view mark) { return text.ends_with(mark); });
}

class Judge {
 public:
    explicit Judge(std::string_view text)
        : text_(text), lower_cased_(std::none_of(text.begin(), text.end(), is_upper)) {}

    // Whether a sentence that began at `begin` ends at `end`, where white space or the end of the text
    // follows. `icu`: ICU proposes it.
    bool ends_sentence(std::size_t begin, std::size_t end, bool icu) const {
        std::size_t next = end;
        int line_breaks = 0;
        while (next < text_.size() && is_space(text_[next])) line_breaks += text_[next++] == '\n';
        if (next == text_.size() || line_breaks > 1) return true;

        const std::size_t mark = before_closers(text_, begin, end);
        if (mark == begin) return false;
        const char last = text_[mark - 1];
        if (ends_with_wide_mark(text_.substr(begin, mark - begin))) return icu || line_breaks > 0;
        if (last != '.' && last != '!' && last != '?') return false;
        if (next == end) return false;
        if (last != '.') return icu || line_breaks > 0;
        return full_stop_ends(begin, mark - 1, next, icu, line_breaks > 0);
    }

 private:
    bool full_stop_ends(std::size_t begin, std::size_t stop, std::size_t next, bool icu,
                        bool at_line_end) const {
        constexpr std::size_t kLongestWord = 40;
        std::size_t word_begin = stop;
        while (word_begin > begin && stop - word_begin < kLongestWord && !is_space(text_[word_begin - 1]))
            --word_begin;
        while (word_begin < stop &&
               std::string_view("([{\"'").find(text_[word_begin]) != std::string_view::npos)
            ++word_begin;
        std::string word(text_.substr(word_begin, stop - word_begin));
        if (word.empty() || word.ends_with('.')) return icu;  // an ellipsis
        const bool initial = word.size() == 1 && is_upper(word[0]) && word != "I";
        std::transform(word.begin(), word.end(), word.begin(),
                       [](char c) { return is_upper(c) ? static_cast<char>(c + 32) : c; });

        const bool enumerator = word_begin == begin && word.size() <= 3 && is_letter_or_number(word);
        if (initial || enumerator || contains(kNeverEnds, word)) return false;
        if (word == "p" && is_digit(text_[next])) return false;
        if (contains(kMayEnd, word)) return is_upper(text_[next]);
        if (!is_lower(text_[next])) return icu || at_line_end;
        // Before a lower-case letter: an ordinary word ends a sentence, an unknown abbreviation does not.
        if (at_line_end && word.size() > 1) return true;
        if (lower_cased_)
            return word.size() > 1 &&
                   (is_letter(word.back()) || is_digit(word.back()) || closes(word.back()));
        return ordinary_word(word);
    }

    static bool closes(char c) { return c == ')' || c == ']' || c == '%' || c == '"' || c == '\''; }

    static bool is_letter_or_number(std::string_view word) {
        const bool number = std::all_of(word.begin(), word.end(), is_digit);
        return number || word.size() == 1 ||
               std::all_of(word.begin(), word.end(), [](char c) { return c == 'i' || c == 'v' || c == 'x'; });
    }

    static bool ordinary_word(std::string_view word) {
        const auto letters = std::count_if(word.begin(), word.end(), is_letter);
        const bool plain = std::all_of(word.begin(), word.end(), [](char c) {
            return is_letter(c) || is_digit(c) ||
                   std::string_view("-_()/'<>").find(c) != std::string_view::npos;
        });
        return plain && letters >= 4;
    }

    std::string_view text_;
    bool lower_cased_;
};

// Where ICU proposes an end, and after every mark before white space; in order, white space before them
// dropped.
struct Proposal {
    std::size_t end;
    bool icu;
};

std::vector<Proposal> propose(std::string_view text, icu::BreakIterator& breaks) {
    UErrorCode status = U_ZERO_ERROR;
    UText* utext = utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status);
    breaks.setText(utext, status);
    if (U_FAILURE(status)) throw std::runtime_error("ICU cannot iterate over a text");

    std::vector<Proposal> proposals;
    std::size_t scanned = 0;
    breaks.first();
    for (std::int32_t at = breaks.next(); at != icu::BreakIterator::DONE; at = breaks.next()) {
        auto end = static_cast<std::size_t>(at);
        while (end > scanned && is_space(text[end - 1])) --end;
        for (std::size_t i = scanned; i + 1 < end; ++i) {
            if (text[i] != '.') continue;
            std::size_t after = i + 1;
            while (after < end && std::string_view("\"')]}").find(text[after]) != std::string_view::npos)
                ++after;
            if (after < end && is_space(text[after])) proposals.push_back({after, false});
        }
        if (end > scanned) proposals.push_back({end, true});
        scanned = std::max(scanned, static_cast<std::size_t>(at));
    }
    utext_close(utext);
    return proposals;
}

}  // namespace

SentenceSplitter::SentenceSplitter() {
    UErrorCode status = U_ZERO_ERROR;
    breaks_.reset(icu::BreakIterator::createSentenceInstance(icu::Locale::getRoot(), status));
    if (U_FAILURE(status)) throw std::runtime_error("ICU has no rules for sentences");
}

void SentenceSplitter::split(std::string_view text, std::int64_t offset, std::vector<ByteRange>& sentences) {
    const Judge judge(text);
    std::size_t begin = 0;
    const auto add = [&](std::size_t end) {
        while (begin < end && is_space(text[begin])) ++begin;
        if (begin < end)
            sentences.push_back(
                {offset + static_cast<std::int64_t>(begin), offset + static_cast<std::int64_t>(end)});
        begin = end;
    };
    for (const Proposal& proposal : propose(text, *breaks_)) {
        while (begin < proposal.end && is_space(text[begin])) ++begin;
        if (begin < proposal.end && judge.ends_sentence(begin, proposal.end, proposal.icu)) add(proposal.end);
    }
    std::size_t end = text.size();
    while (end > begin && is_space(text[end - 1])) --end;
    add(end);
}

std::vector<ByteRange> split_sentences(std::string_view text) {
    std::vector<ByteRange> sentences;
    SentenceSplitter().split(text, 0, sentences);
    return sentences;
}

}  // namespace corpuscope::documents
