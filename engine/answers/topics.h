// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace corpuscope::answers {

/// Rows that are about the same thing.
struct Topic {
    std::vector<float> centre;          ///< [dimension], unit length
    std::vector<std::int64_t> members;  ///< rows, the most central first
};

/// Groups `rows` [n, dimension] of unit length into at most `count` topics by spherical k-means, the largest
/// first. Deterministic.
std::vector<Topic> find_topics(std::span<const float> rows, std::int64_t dimension, int count);

}  // namespace corpuscope::answers
