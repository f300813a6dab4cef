// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace corpuscope::longnet {

/// Scales the sum of `rows` rows to length 1 (a zero vector stays zero). Returns the length of their mean.
float scale_to_unit(float* sum, std::int64_t rows, std::int64_t columns);

/// out [columns] = mean of `rows` rows of `states`, scaled to length 1 (a zero vector stays zero). Returns
/// the length of the mean before that.
float mean_of_rows(const float* states, std::int64_t rows, std::int64_t columns, float* out);

}  // namespace corpuscope::longnet
