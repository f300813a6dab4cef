// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Intel AMX: eight registers ("tiles") of 16 rows of 64 bytes, and instructions that multiply two of them
// into a third. Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapter 18.
#pragma once

#include <cstddef>
#include <cstdint>

namespace corpuscope::kernels::cpu {

inline constexpr int kTileSize = 16;         ///< rows of a tile, and numbers of 4 bytes in each
inline constexpr std::size_t kTileRow = 64;  ///< bytes

/// Whether the processor multiplies tiles of bytes and of bf16, and the operating system lets this process:
/// asked once, and tried once on known numbers before anything relies on it.
bool has_amx();

/// The instructions, by number of tile. Kernels take this class as a parameter, so that tests can put them
/// through one that works in plain memory on any processor.
struct AmxTiles {
    /// Tiles hold something on this thread while one lives; all are 16 x 64 bytes.
    class Session {
     public:
        Session();
        ~Session();
        Session(const Session&) = delete;
        Session& operator=(const Session&) = delete;
    };

    template <int kTile>
    static void zero() {
        asm volatile("tilezero %%tmm%c0" ::"i"(kTile));
    }
    /// Rows `stride` bytes apart.
    template <int kTile>
    static void load(const void* from, std::size_t stride) {
        asm volatile("tileloadd (%1,%2,1), %%tmm%c0" ::"i"(kTile), "r"(from), "r"(stride) : "memory");
    }
    template <int kTile>
    static void store(void* to, std::size_t stride) {
        asm volatile("tilestored %%tmm%c0, (%1,%2,1)" ::"i"(kTile), "r"(to), "r"(stride) : "memory");
    }
    /// c [16, 16] of int32 += a [16, 64] of unsigned bytes times b [16, 16, 4] of signed ones, where b[k, n]
    /// are rows 4 k ... 4 k + 3 of column n.
    template <int kC, int kA, int kB>
    static void multiply_bytes() {
        asm volatile("tdpbusd %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(kC), "i"(kA), "i"(kB));
    }
    /// c [16, 16] of float32 += a [16, 32] of bf16 times b [16, 16, 2] of bf16, likewise in pairs.
    template <int kC, int kA, int kB>
    static void multiply_bf16() {
        asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(kC), "i"(kA), "i"(kB));
    }
};

}  // namespace corpuscope::kernels::cpu
