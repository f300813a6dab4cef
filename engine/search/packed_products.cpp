// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/search/packed_products.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After it:
#include "engine/search/packed_products.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::search::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void products_of_packed_rows(const std::int16_t* question, std::int64_t lanes, const std::uint16_t* rows,
                             std::int64_t count, std::int32_t* sums) {
    const hn::CappedTag<std::int16_t, kPackedLanes> d16;
    const hn::RebindToUnsigned<decltype(d16)> packed;
    const hn::RepartitionToWide<decltype(d16)> d32;
    const auto step = static_cast<std::int64_t>(hn::Lanes(d16));
    const auto low = hn::Set(packed, 15);
    for (std::int64_t r = 0; r < count; ++r) {
        auto sum = hn::Zero(d32), other_sum = hn::Zero(d32);
        const auto add = [&](auto codes, std::int64_t at) HWY_ATTR {
            sum = hn::ReorderWidenMulAccumulate(d32, hn::BitCast(d16, codes), hn::LoadU(d16, question + at),
                                                sum, other_sum);
        };
        for (std::int64_t i = 0; i < lanes; i += step) {
            const auto words = hn::LoadU(packed, rows + r * lanes + i);
            add(hn::And(words, low), i);
            add(hn::And(hn::ShiftRight<4>(words), low), lanes + i);
            add(hn::And(hn::ShiftRight<8>(words), low), 2 * lanes + i);
            add(hn::ShiftRight<12>(words), 3 * lanes + i);
        }
        sums[r] = hn::GetLane(hn::SumOfLanes(d32, hn::Add(sum, other_sum)));
    }
}

}  // namespace corpuscope::search::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace corpuscope::search {
HWY_EXPORT(products_of_packed_rows);

void packed_products(const std::int16_t* question, std::int64_t lanes, const std::uint16_t* rows,
                     std::int64_t count, std::int32_t* sums) {
    HWY_DYNAMIC_DISPATCH(products_of_packed_rows)(question, lanes, rows, count, sums);
}

}  // namespace corpuscope::search
#endif
