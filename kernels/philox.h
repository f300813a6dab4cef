// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Philox 4x32-10 (Salmon et al., 2011, "Parallel random numbers: as easy as 1, 2, 3"): a counter-based
// generator, so that every backend drops the same probabilities for a seed, in whatever order it computes
// them.
#pragma once

#include <array>
#include <cstdint>

namespace corpuscope::kernels {

constexpr std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::uint64_t seed) {
    auto key0 = static_cast<std::uint32_t>(seed);
    auto key1 = static_cast<std::uint32_t>(seed >> 32);
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t a = std::uint64_t{0xD2511F53} * counter[0];
        const std::uint64_t b = std::uint64_t{0xCD9E8D57} * counter[2];
        counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key0, static_cast<std::uint32_t>(b),
                   static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key1, static_cast<std::uint32_t>(a)};
        key0 += 0x9E3779B9;
        key1 += 0xBB67AE85;
    }
    return counter;
}

/// Does the probability of key position `key` for `query` in `branch` and `head` survive dropout with
/// probability `drop`?
constexpr bool survives_dropout(std::uint64_t seed, int branch, int head, std::int64_t query,
                                std::int64_t key, float drop) {
    const auto bits = philox({static_cast<std::uint32_t>(key >> 2), static_cast<std::uint32_t>(query),
                              static_cast<std::uint32_t>(query >> 32),
                              (static_cast<std::uint32_t>(branch) << 16) | static_cast<std::uint32_t>(head)},
                             seed);
    const auto word = bits[static_cast<std::size_t>(key & 3)];
    return static_cast<float>(word >> 8) * 0x1p-24f >= drop;
}

}  // namespace corpuscope::kernels
