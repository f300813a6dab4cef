// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/block_size.h"

#include <algorithm>

namespace corpuscope::longnet {

std::int64_t block_that_fits(const kernels::Backend& backend, const Config& config,
                             kernels::Precision precision, std::int64_t wanted) {
    // Three blocks of states, queries with keys and values, what attention gives, what is projected and what
    // is inside the feed-forward network; and a third of a float32 row for the partial states of attention.
    const std::int64_t elements = (3 + 3 + 1 + 1) * config.d_model + config.d_ffn;
    std::int64_t row = elements * static_cast<std::int64_t>(kernels::size_of(backend.row_type(precision))) +
                       2 * config.d_model;
    // Bytes that a product takes and 32-bit sums that it gives, in scratch memory that grows by an eighth
    // more.
    if (precision == kernels::Precision::Int8)
        row += (1 + 4) * std::max(config.d_ffn, 3 * config.d_model) * 9 / 8;
    const auto bytes = static_cast<std::size_t>(row);
    const std::size_t room = backend.free_memory() / 2 / bytes;
    std::int64_t block = wanted;
    while (block > config.window && static_cast<std::size_t>(block) > room) block /= 2;
    return std::max<std::int64_t>(block, std::min<std::int64_t>(wanted, config.window));
}

}  // namespace corpuscope::longnet
