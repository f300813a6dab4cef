// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/int8_rows.h"

namespace corpuscope::kernels::cpu {

Int8OutputArrays::Int8OutputArrays(const QuantizedWeight& weight, std::span<const float> bias,
                                   std::int64_t outputs, std::int64_t inputs, std::int64_t padded)
    : column_sum_(static_cast<std::size_t>(padded) * sizeof(std::int32_t)),
      scales_(static_cast<std::size_t>(padded) * sizeof(float)),
      bias_(static_cast<std::size_t>(padded) * sizeof(float)) {
    for (std::int64_t o = 0; o < padded; ++o) {
        const auto at = static_cast<std::size_t>(o);
        std::int32_t sum = 0;
        for (std::int64_t i = 0; o < outputs && i < inputs; ++i)
            sum += weight.values[at * static_cast<std::size_t>(inputs) + static_cast<std::size_t>(i)];
        static_cast<std::int32_t*>(column_sum_.data())[o] = sum;
        static_cast<float*>(scales_.data())[o] = o < outputs ? weight.scales[at] : 0.0F;
        static_cast<float*>(bias_.data())[o] = o < outputs && !bias.empty() ? bias[at] : 0.0F;
    }
}

Int8Outputs Int8OutputArrays::view() const {
    return {static_cast<const std::int32_t*>(column_sum_.data()), static_cast<const float*>(scales_.data()),
            static_cast<const float*>(bias_.data())};
}

}  // namespace corpuscope::kernels::cpu
