// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/attention.h"

#include <algorithm>
#include <cmath>

namespace corpuscope::kernels {

std::int64_t head_offset(int head, int heads, std::int64_t rate, OffsetRule rule, int layer) {
    switch (rule) {
        case OffsetRule::Modulo:
            return head % rate;
        case OffsetRule::Rotating:
            return (head + std::int64_t{13} * layer) % rate;
        case OffsetRule::Grouped: {
            const std::int64_t heads_an_offset = (heads + rate - 1) / rate;
            return head / heads_an_offset;
        }
    }
    return 0;
}

int relative_bucket(std::int64_t distance, int buckets, int max_distance, bool causal) {
    int base = 0;
    if (causal) {
        distance = std::max<std::int64_t>(-distance, 0);
    } else {
        buckets /= 2;
        if (distance > 0) base = buckets;
        distance = std::abs(distance);
    }
    const int exact = std::max(buckets / 2, 1);
    if (distance < exact) return base + static_cast<int>(distance);
    const double fraction =
        std::log(static_cast<double>(distance) / exact) / std::log(static_cast<double>(max_distance) / exact);
    return base + static_cast<int>(std::min<double>(exact + fraction * (buckets - exact), buckets - 1));
}

}  // namespace corpuscope::kernels
