// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What AmxTiles (kernels/cpu/amx.h) does, in plain memory: on every processor the kernels for tiles can be
// put through their tests with it. After the description of the instructions in the Intel 64 and IA-32
// Architectures Software Developer's Manual, volume 2.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "kernels/bf16.h"

namespace corpuscope::kernels::test {

class EmulatedTiles {
 public:
    class Session {
     public:
        Session() { configured_ = true; }
        ~Session() { configured_ = false; }
        Session(const Session&) = delete;
        Session& operator=(const Session&) = delete;
    };

    template <int kTile>
    static void zero() {
        tile<std::byte>(kTile) = {};
    }
    template <int kTile>
    static void load(const void* from, std::size_t stride) {
        for (std::size_t row = 0; row < 16; ++row)
            std::memcpy(tile<std::byte>(kTile).data() + row * 64,
                        static_cast<const std::byte*>(from) + row * stride, 64);
    }
    template <int kTile>
    static void store(void* to, std::size_t stride) {
        for (std::size_t row = 0; row < 16; ++row)
            std::memcpy(static_cast<std::byte*>(to) + row * stride, tile<std::byte>(kTile).data() + row * 64,
                        64);
    }
    template <int kC, int kA, int kB>
    static void multiply_bytes() {
        auto& c = tile<std::int32_t>(kC);
        const auto& a = tile<std::uint8_t>(kA);
        const auto& b = tile<std::int8_t>(kB);
        for (std::size_t m = 0; m < 16; ++m)
            for (std::size_t n = 0; n < 16; ++n)
                for (std::size_t k = 0; k < 64; ++k)
                    c[m * 16 + n] += a[m * 64 + k] * b[k / 4 * 64 + n * 4 + k % 4];
    }
    template <int kC, int kA, int kB>
    static void multiply_bf16() {
        auto& c = tile<float>(kC);
        std::array<float, 512> a{}, b{};  // a [16, 32], b [32, 16]: for loops that the compiler vectorises
        for (std::size_t i = 0; i < 512; ++i) {
            a[i] = from_bf16(tile<std::uint16_t>(kA)[i]);
            b[(i / 32 * 2 + i % 2) * 16 + i % 32 / 2] = from_bf16(tile<std::uint16_t>(kB)[i]);
        }
        for (std::size_t m = 0; m < 16; ++m)
            for (std::size_t k = 0; k < 32; ++k)
                for (std::size_t n = 0; n < 16; ++n) c[m * 16 + n] += a[m * 32 + k] * b[k * 16 + n];
    }

 private:
    template <typename T>
    using Numbers = std::array<T, 1024 / sizeof(T)>;

    /// Without a session the processor stops the program.
    template <typename T>
    static Numbers<T>& tile(int index) {
        if (!configured_) throw std::logic_error("tiles are used without a session");
        return reinterpret_cast<Numbers<T>&>(tiles_[static_cast<std::size_t>(index)]);
    }

    struct alignas(64) Tile {
        std::array<std::byte, 1024> bytes;
    };
    static inline thread_local std::array<Tile, 8> tiles_;
    static inline thread_local bool configured_ = false;
};

}  // namespace corpuscope::kernels::test
