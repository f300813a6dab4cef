// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/search/duplicates.h"

#include <algorithm>

namespace corpuscope::search {
namespace {

constexpr std::size_t kRun = 3;          // words
constexpr double kNearDuplicate = 0.65;  // share of runs in common (Jaccard)
constexpr double kContained = 0.8;       // share of the later text's runs that the earlier one has
constexpr double kIdentical = 0.9;       // share of runs in common

bool is_word_byte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z');
}

/// Bytes of a character of typography at the beginning of `text`, 0 where there is none: U+00A0 to U+00BF and
/// U+2000 to U+207F in UTF-8. A page in HTML has quotes, dashes and spaces of these where its text has
/// others.
std::size_t typography(std::string_view text) {
    const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    if (at(0) == 0xC2 && at(1) >= 0xA0) return 2;
    if (at(0) == 0xE2 && (at(1) == 0x80 || at(1) == 0x81)) return std::min<std::size_t>(3, text.size());
    return 0;
}

/// A hash of each word in lower case (FNV-1a).
std::vector<std::uint64_t> words_of(std::string_view text) {
    constexpr std::uint64_t kOffset = 0xCBF29CE484222325u, kPrime = 0x100000001B3u;
    std::vector<std::uint64_t> words;
    std::uint64_t word = kOffset;
    const auto close = [&] {
        if (word != kOffset) words.push_back(word);
        word = kOffset;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (const std::size_t bytes = typography(text.substr(i)); bytes > 0) {
            close();
            i += bytes - 1;
        } else if (is_word_byte(c)) {
            word = (word ^ static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c + 32 : c)) * kPrime;
        } else {
            close();
        }
    }
    close();
    return words;
}

std::vector<std::uint64_t> runs_of(std::string_view text) {
    const std::vector<std::uint64_t> words = words_of(text);
    std::vector<std::uint64_t> runs;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::uint64_t run = 0;
        for (std::size_t k = i; k < std::min(i + kRun, words.size()); ++k)
            run = run * 0x9E3779B97F4A7C15u + words[k];
        runs.push_back(run);
    }
    std::sort(runs.begin(), runs.end());
    runs.erase(std::unique(runs.begin(), runs.end()), runs.end());
    return runs;
}

}  // namespace

std::optional<Duplicate> DuplicateFilter::admit(std::string_view text) {
    const std::vector<std::uint64_t> runs = runs_of(text);
    std::vector<std::size_t> shared(sizes_.size());
    for (const std::uint64_t run : runs)
        if (const auto holders = holders_.find(run); holders != holders_.end())
            for (const std::uint32_t i : holders->second) ++shared[i];
    const auto own = static_cast<double>(runs.size());
    for (std::size_t i = 0; i < shared.size() && !runs.empty(); ++i) {
        const auto common = static_cast<double>(shared[i]);
        const double all = own + static_cast<double>(sizes_[i]) - common;
        if (common >= kNearDuplicate * all || common >= kContained * own)
            return Duplicate{i, common >= kIdentical * all};
    }
    for (const std::uint64_t run : runs) holders_[run].push_back(static_cast<std::uint32_t>(sizes_.size()));
    sizes_.push_back(runs.size());
    return std::nullopt;
}

}  // namespace corpuscope::search
