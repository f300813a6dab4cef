// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/block_size.h"

#include <algorithm>

namespace corpuscope::longnet {

std::int64_t block_that_fits(const kernels::Backend& backend, const Config& config, kernels::DType type,
                             std::int64_t wanted) {
    // Three blocks of states, queries with keys and values, what attention gives, what is projected and what
    // is inside the feed-forward network; and a third of a float32 row for the partial states of attention.
    const std::int64_t elements = (3 + 3 + 1 + 1) * config.d_model + config.d_ffn;
    const auto bytes = static_cast<std::size_t>(elements * static_cast<std::int64_t>(kernels::size_of(type)) +
                                                2 * config.d_model);
    const std::size_t room = backend.free_memory() / 2 / bytes;
    std::int64_t block = wanted;
    while (block > config.window && static_cast<std::size_t>(block) > room) block /= 2;
    return std::max<std::int64_t>(block, std::min<std::int64_t>(wanted, config.window));
}

}  // namespace corpuscope::longnet
