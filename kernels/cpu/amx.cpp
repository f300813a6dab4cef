// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/amx.h"

#include <array>

#include "kernels/bf16.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace corpuscope::kernels::cpu {
namespace {

/// What ldtilecfg reads.
struct alignas(64) TileConfig {
    std::uint8_t palette = 1, start_row = 0;
    std::array<std::uint8_t, 14> reserved{};
    std::array<std::uint16_t, 16> row_bytes{};
    std::array<std::uint8_t, 16> rows{};
};
static_assert(sizeof(TileConfig) == 64);

constexpr TileConfig whole_tiles() {
    TileConfig config;
    for (std::size_t tile = 0; tile < 8; ++tile) {
        config.row_bytes[tile] = kTileRow;
        config.rows[tile] = kTileSize;
    }
    return config;
}

#if defined(__x86_64__) && defined(__linux__)

/// CPUID.(7, 0):EDX says what the processor has, XCR0 what the operating system saves. AVX-512 bf16 and VBMI
/// belong to every processor with tiles; the kernels round and look up with them.
bool announced() {
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    constexpr unsigned kXsaveInUse = 1U << 27;
    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0 || (ecx & kXsaveInUse) == 0) return false;
    if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0) return false;
    constexpr unsigned kBf16 = 1U << 22, kTile = 1U << 24, kInt8 = 1U << 25;
    if ((edx & kBf16) == 0 || (edx & kTile) == 0 || (edx & kInt8) == 0) return false;
    if (__builtin_cpu_supports("avx512bf16") == 0 || __builtin_cpu_supports("avx512vbmi") == 0) return false;
    unsigned low = 0, high = 0;
    asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    constexpr unsigned kTileState = 3U << 17;
    return (low & kTileState) == kTileState;
}

/// Linux gives a process the 8 KiB of a thread's tiles only on request (5.16 and later).
bool permitted() {
    constexpr long kRequestPermission = 0x1023, kTileData = 18;
    return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

/// One product of each kind, whose results are exact in any order of the sums.
bool multiplies_right() {
    alignas(64) std::array<std::uint8_t, 16 * 64> bytes{};
    alignas(64) std::array<std::int8_t, 16 * 64> weights{};
    alignas(64) std::array<std::uint16_t, 16 * 32> left{}, right{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(i * 37 + 11);
        weights[i] = static_cast<std::int8_t>(i * 53 + 5);
    }
    for (std::size_t i = 0; i < left.size(); ++i) {
        left[i] = to_bf16(static_cast<float>(i % 13) - 6.0F);
        right[i] = to_bf16(static_cast<float>(i % 11) - 5.0F);
    }
    alignas(64) std::array<std::int32_t, 256> sums{};
    alignas(64) std::array<float, 256> products{};
    {
        const AmxTiles::Session session;
        AmxTiles::zero<0>();
        AmxTiles::load<1>(bytes.data(), kTileRow);
        AmxTiles::load<2>(weights.data(), kTileRow);
        AmxTiles::multiply_bytes<0, 1, 2>();
        AmxTiles::store<0>(sums.data(), kTileRow);
        AmxTiles::zero<3>();
        AmxTiles::load<4>(left.data(), kTileRow);
        AmxTiles::load<5>(right.data(), kTileRow);
        AmxTiles::multiply_bf16<3, 4, 5>();
        AmxTiles::store<3>(products.data(), kTileRow);
    }
    for (std::size_t m = 0; m < 16; ++m)
        for (std::size_t n = 0; n < 16; ++n) {
            std::int32_t sum = 0;
            float product = 0.0F;
            for (std::size_t k = 0; k < 64; ++k)
                sum += bytes[m * 64 + k] * weights[k / 4 * 64 + n * 4 + k % 4];
            for (std::size_t k = 0; k < 32; ++k)
                product += from_bf16(left[m * 32 + k]) * from_bf16(right[k / 2 * 32 + n * 2 + k % 2]);
            if (sums[m * 16 + n] != sum || products[m * 16 + n] != product) return false;
        }
    return true;
}

bool try_amx() { return announced() && permitted() && multiplies_right(); }

#else

bool try_amx() { return false; }

#endif

}  // namespace

bool has_amx() {
    static const bool found = try_amx();
    return found;
}

AmxTiles::Session::Session() {
#ifdef __x86_64__
    static constexpr TileConfig kWhole = whole_tiles();
    asm volatile("ldtilecfg %0" ::"m"(kWhole));
#endif
}

AmxTiles::Session::~Session() {
#ifdef __x86_64__
    asm volatile("tilerelease");
#endif
}

}  // namespace corpuscope::kernels::cpu
