// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/search/inner_products.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After it:
#include "engine/search/inner_products.h"
#include "hwy/contrib/dot/dot-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::search::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void products_of_rows(const float* question, std::int64_t dimension, const float* rows, std::int64_t count,
                      float* out) {
    const hn::ScalableTag<float> d;
    for (std::int64_t i = 0; i < count; ++i)
        out[i] = hn::Dot::Compute<0>(d, rows + i * dimension, question, static_cast<std::size_t>(dimension));
}

}  // namespace corpuscope::search::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace corpuscope::search {
HWY_EXPORT(products_of_rows);

void inner_products(std::span<const float> question, const float* rows, std::int64_t count, float* out) {
    HWY_DYNAMIC_DISPATCH(products_of_rows)
    (question.data(), static_cast<std::int64_t>(question.size()), rows, count, out);
}

}  // namespace corpuscope::search
#endif
