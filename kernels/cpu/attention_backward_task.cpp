// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/attention_backward_task.h"

namespace corpuscope::kernels::cpu {

BackwardScratch::BackwardScratch(std::byte* base, std::int64_t head_dim, std::int64_t panel,
                                 std::int64_t query_block)
    : padded_dim((head_dim + panel - 1) / panel * panel),
      stride(padded_dim % 128 == 0 ? padded_dim + panel : padded_dim) {
    constexpr std::int64_t kTileSlack = 16;
    constexpr std::int64_t kRows = kSide + kTileSlack, kBlock = kBackwardKeys;
    Carver carver(base);
    for (float** rows : {&keys, &values, &dkeys, &dvalues}) *rows = carver.take<float>(kRows * stride);
    for (std::int32_t** of_keys : {&key_units, &key_positions}) *of_keys = carver.take<std::int32_t>(kRows);
    for (float** panels : {&query_panels, &dout_panels}) *panels = carver.take<float>(query_block * head_dim);
    for (float** rows : {&queries, &douts, &dqueries}) *rows = carver.take<float>(query_block * stride);
    for (float** numbers : {&shifts, &corrections, &deltas}) *numbers = carver.take<float>(query_block);
    for (std::int32_t** of_queries : {&query_units, &query_positions})
        *of_queries = carver.take<std::int32_t>(query_block);
    for (float** products : {&probabilities, &dscores, &factors})
        *products = carver.take<float>(kBlock * query_block);
    bytes = carver.used();
}

}  // namespace corpuscope::kernels::cpu
