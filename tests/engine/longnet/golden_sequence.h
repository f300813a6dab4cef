// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The golden sequence of the encoder: three small documents, encoded by an independent float64
// implementation.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/longnet/encoder.h"
#include "engine/longnet/safetensors.h"

namespace corpuscope::longnet {

inline constexpr std::array<std::pair<const char*, Context>, 3> kGoldenContexts = {
    {{"alone", Context::Alone}, {"window", Context::Window}, {"sequence", Context::Sequence}}};

inline EncodeOptions in_context(Context context) {
    EncodeOptions options;
    options.context = context;
    return options;
}

inline std::filesystem::path test_data(const char* name) {
    return std::filesystem::path(CORPUSCOPE_TEST_DATA) / name;
}

inline Units read_golden_units(const SafetensorsFile& golden) {
    Units units;
    units.ids = golden.integers(golden.at("ids"));
    units.document = golden.integers(golden.at("document"));
    units.offsets.assign(units.document.size() + 1, 0);
    for (const std::int32_t unit : golden.integers(golden.at("unit")))
        ++units.offsets[static_cast<std::size_t>(unit) + 1];
    for (std::size_t u = 1; u < units.offsets.size(); ++u) units.offsets[u] += units.offsets[u - 1];
    return units;
}

inline double cosine(std::span<const float> a, std::span<const float> b) {
    double product = 0, squares_a = 0, squares_b = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        product += static_cast<double>(a[i]) * b[i];
        squares_a += static_cast<double>(a[i]) * a[i];
        squares_b += static_cast<double>(b[i]) * b[i];
    }
    return product / std::sqrt(squares_a * squares_b);
}

/// The lowest cosine of any row of two matrices with `columns` columns.
inline double lowest_cosine(const std::vector<float>& a, const std::vector<float>& b, std::int64_t columns) {
    double lowest = 1;
    const auto width = static_cast<std::size_t>(columns);
    if (a.size() != b.size()) return -1;
    for (std::size_t at = 0; at < a.size(); at += width)
        lowest = std::min(lowest, cosine(std::span(a).subspan(at, width), std::span(b).subspan(at, width)));
    return lowest;
}

}  // namespace corpuscope::longnet
