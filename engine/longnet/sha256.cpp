// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/sha256.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace corpuscope::longnet {
namespace {

using State = std::array<std::uint32_t, 8>;

constexpr std::array<std::uint32_t, 64> kPrimes = [] {
    std::array<std::uint32_t, 64> primes{};
    std::uint32_t candidate = 2;
    for (std::size_t found = 0; found < primes.size(); ++candidate) {
        bool prime = true;
        for (std::uint32_t d = 2; d * d <= candidate; ++d) prime = prime && candidate % d != 0;
        if (prime) primes[found++] = candidate;
    }
    return primes;
}();

/// First 32 bits of the fraction of a root.
std::uint32_t fraction_bits(long double root) {
    return static_cast<std::uint32_t>((root - std::floor(root)) * 4294967296.0L);
}

/// The standard defines its constants as fractions of the roots of the first primes.
const std::array<std::uint32_t, 64>& round_constants() {
    static const std::array<std::uint32_t, 64> constants = [] {
        std::array<std::uint32_t, 64> k{};
        for (std::size_t i = 0; i < k.size(); ++i)
            k[i] = fraction_bits(std::cbrt(static_cast<long double>(kPrimes[i])));
        return k;
    }();
    return constants;
}

State initial_state() {
    State state{};
    for (std::size_t i = 0; i < state.size(); ++i)
        state[i] = fraction_bits(std::sqrt(static_cast<long double>(kPrimes[i])));
    return state;
}

void absorb(State& state, const std::uint8_t* chunk) {
    const auto& k = round_constants();
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < 16; ++i)
        w[i] = std::uint32_t{chunk[4 * i]} << 24 | std::uint32_t{chunk[4 * i + 1]} << 16 |
               std::uint32_t{chunk[4 * i + 2]} << 8 | std::uint32_t{chunk[4 * i + 3]};
    for (std::size_t i = 16; i < 64; ++i) {
        const std::uint32_t s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3);
        const std::uint32_t s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t i = 0; i < 64; ++i) {
        const std::uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const std::uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + k[i] + w[i];
        const std::uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const std::uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    const State added = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < state.size(); ++i) state[i] += added[i];
}

}  // namespace

std::string sha256_hex(std::span<const std::byte> data) {
    State state = initial_state();
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(data.data());
    const std::size_t whole = data.size() / 64 * 64;
    for (std::size_t i = 0; i < whole; i += 64) absorb(state, bytes + i);

    std::array<std::uint8_t, 128> tail{};
    const std::size_t rest = data.size() - whole;
    std::copy_n(bytes + whole, rest, tail.begin());
    tail[rest] = 0x80;
    const std::size_t tail_size = rest < 56 ? 64 : 128;
    for (std::size_t i = 0; i < 8; ++i)
        tail[tail_size - 1 - i] = static_cast<std::uint8_t>(std::uint64_t{data.size()} * 8 >> (8 * i));
    for (std::size_t i = 0; i < tail_size; i += 64) absorb(state, tail.data() + i);

    static constexpr char kHex[] = "0123456789abcdef";
    std::string hex;
    for (const std::uint32_t word : state)
        for (int shift = 28; shift >= 0; shift -= 4) hex += kHex[word >> shift & 15];
    return hex;
}

}  // namespace corpuscope::longnet
