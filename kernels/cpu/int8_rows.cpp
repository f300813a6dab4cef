// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/int8_rows.h"

#include <algorithm>
#include <numeric>

namespace corpuscope::kernels::cpu {

Int8OutputArrays::Int8OutputArrays(std::span<const float> bias, std::int64_t outputs, std::int64_t padded)
    : column_sum_(static_cast<std::size_t>(padded) * sizeof(std::int32_t)),
      scales_(static_cast<std::size_t>(padded) * sizeof(float)),
      bias_(static_cast<std::size_t>(padded) * sizeof(float)) {
    std::fill_n(static_cast<std::int32_t*>(column_sum_.data()), padded, 0);
    std::fill_n(scales(), padded, 0.0F);
    auto* values = static_cast<float*>(bias_.data());
    std::fill_n(values, padded, 0.0F);
    if (!bias.empty()) std::copy_n(bias.begin(), outputs, values);
}

void Int8OutputArrays::set_column_sum(std::int64_t output, const std::int8_t* weights, std::int64_t inputs) {
    static_cast<std::int32_t*>(column_sum_.data())[output] = std::accumulate(weights, weights + inputs, 0);
}

Int8Outputs Int8OutputArrays::view() const {
    return {static_cast<const std::int32_t*>(column_sum_.data()), static_cast<const float*>(scales_.data()),
            static_cast<const float*>(bias_.data())};
}

}  // namespace corpuscope::kernels::cpu
