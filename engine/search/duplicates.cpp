// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/search/duplicates.h"

#include <algorithm>
#include <string>

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

std::vector<std::uint64_t> words_of(std::string_view text) {
    std::vector<std::uint64_t> words;
    std::string word;
    const auto close = [&] {
        if (!word.empty()) words.push_back(std::hash<std::string>{}(word));
        word.clear();
    };
    for (const char c : text) {
        if (is_word_byte(c))
            word += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        else
            close();
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

std::size_t common(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
    std::size_t count = 0;
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        if (a[i] == b[j])
            ++count, ++i, ++j;
        else if (a[i] < b[j])
            ++i;
        else
            ++j;
    }
    return count;
}

}  // namespace

std::optional<Duplicate> DuplicateFilter::admit(std::string_view text) {
    std::vector<std::uint64_t> runs = runs_of(text);
    for (std::size_t i = 0; i < admitted_.size() && !runs.empty(); ++i) {
        const auto shared = static_cast<double>(common(runs, admitted_[i]));
        const auto own = static_cast<double>(runs.size());
        const double all = own + static_cast<double>(admitted_[i].size()) - shared;
        if (shared >= kNearDuplicate * all || shared >= kContained * own)
            return Duplicate{i, shared >= kIdentical * all};
    }
    admitted_.push_back(std::move(runs));
    return std::nullopt;
}

}  // namespace corpuscope::search
