// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/search/duplicates.h"

#include <algorithm>
#include <string>

namespace corpuscope::search {
namespace {

constexpr std::size_t kRun = 3;          // words
constexpr double kNearDuplicate = 0.65;  // share of runs in common (Jaccard)

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

bool DuplicateFilter::seen(std::string_view text) {
    std::vector<std::uint64_t> runs = runs_of(text);
    for (const auto& other : admitted_) {
        const std::size_t shared = common(runs, other);
        const std::size_t all = runs.size() + other.size() - shared;
        if (all > 0 && static_cast<double>(shared) >= kNearDuplicate * static_cast<double>(all)) return true;
    }
    admitted_.push_back(std::move(runs));
    return false;
}

}  // namespace corpuscope::search
