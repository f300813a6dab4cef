// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/search/language.h"

#include <cstdio>  // which CLD2's header needs and does not include

#include <cld2/public/compact_lang_det.h>

#include <array>

namespace corpuscope::search {
namespace {

struct Languages {
    std::array<CLD2::Language, 3> language{};
    std::array<int, 3> percent{};
    bool reliable = false;
};

Languages detect(std::string_view text) {
    Languages found;
    std::array<double, 3> scores{};
    int letters = 0, valid = 0;
    CLD2::ExtDetectLanguageSummaryCheckUTF8(text.data(), static_cast<int>(text.size()), true, nullptr, 0,
                                            found.language.data(), found.percent.data(), scores.data(),
                                            nullptr, &letters, &found.reliable, &valid);
    if (static_cast<std::size_t>(valid) < text.size()) found.reliable = false;
    return found;
}

}  // namespace

std::optional<Language> language_of(std::string_view text) {
    const Languages found = detect(text);
    if (!found.reliable || found.language[0] == CLD2::UNKNOWN_LANGUAGE) return std::nullopt;
    return found.language[0];
}

double share_in(std::string_view text, Language language) {
    const Languages found = detect(text);
    if (!found.reliable) return 1;
    for (std::size_t i = 0; i < found.language.size(); ++i)
        if (found.language[i] == language) return found.percent[i] / 100.0;
    return 0;
}

}  // namespace corpuscope::search
