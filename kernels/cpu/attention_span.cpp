// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/attention_span.h"

namespace corpuscope::kernels::cpu {

SpanScratch::SpanScratch(std::byte* base, std::int64_t head_dim, std::int64_t panel)
    : padded_dim((head_dim + 3) / 4 * 4) {
    constexpr std::int64_t kTileSlack = 16;  // the last tile of keys repeats its last one
    Carver carver(base);
    const std::int64_t keys = kKeyBlock + kTileSlack;
    const std::int64_t panels = kSpan / panel + 1;
    block.keys = carver.take<const float*>(keys);
    block.values = carver.take<const float*>(keys);
    block.units = carver.take<std::int32_t>(keys);
    block.positions = carver.take<std::int32_t>(keys);
    block.key_copy = carver.take<float>(kKeyBlock * padded_dim);
    block.value_copy = carver.take<float>(kKeyBlock * padded_dim);
    query_positions = carver.take<std::int32_t>(kSpan + panel);
    query_units = carver.take<std::int32_t>(kSpan + panel);
    queries = carver.take<float>(panels * panel * head_dim);
    query_numbers = carver.take<std::int32_t>(panels * panel * (head_dim / 2));
    query_starts = carver.take<std::int32_t>(panels * panel);
    query_scales = carver.take<float>(panels * panel);
    key_numbers = carver.take<std::int16_t>(kKeyBlock * head_dim);
    value_pairs = carver.take<std::int32_t>(kKeyBlock / 2 * head_dim);
    mixed = carver.take<float>(panels * panel * padded_dim);
    largest = carver.take<float>(panels * panel);
    sum = carver.take<float>(panels * panel);
    scores = carver.take<float>(keys * panel);
    converted = carver.take<float>(panel * padded_dim);
    lse = carver.take<float>(kSpan);
    rows = carver.take<float>(kSpan * head_dim);
    bytes = carver.used();
}

}  // namespace corpuscope::kernels::cpu
