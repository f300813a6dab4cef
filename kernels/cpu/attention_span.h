// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What one task of the fused attention works on: a span of positions and one head, all branches.
#pragma once

#include <cstdint>

#include "kernels/attention.h"

namespace corpuscope::kernels::cpu {

/// Positions of a span. Of a branch with rate r it holds 2048 / r queries a head. Against 1024 1.4 % more
/// tokens a second (Zen 5): what keys become is worth it for more queries. Tried 256 (outer branches fill too
/// few lanes) and 4096 (1 % more again, but what a task holds is then larger than many a second level of
/// cache).
inline constexpr std::int64_t kSpan = 2048;

/// Keys whose scores are held at once: 128 keys of head size 32 are 16 KiB each of keys and values, and 8 KiB
/// of scores.
inline constexpr std::int64_t kKeyBlock = 128;

// Scores are exponents of 2.
inline constexpr float kLog2e = 1.44269504F;
inline constexpr float kLn2 = 0.69314718F;

/// What scores and mixtures are computed in.
enum class Arithmetic : std::uint8_t {
    Float,
    Integers,  ///< of 8 and 16 bits: attention_int8-inl.h
    Tiles,     ///< of bf16: attention_tiles-inl.h
};

struct AttentionSpan {
    const AttentionProblem* problem;
    /// [heads, 2 * max_distance + 1]: T5 bias by key - query distance, times log2 e. Null: none.
    const float* distance_bias;
    Arithmetic arithmetic;
    std::int64_t begin, end;  ///< sequence positions of its queries
    int head;
    std::byte* scratch;
};

/// Carves arrays out of a task's scratch space, 64-byte aligned each. With a null base it only counts the
/// bytes.
class Carver {
 public:
    explicit Carver(std::byte* base) : base_(base) {}

    template <typename T>
    T* take(std::int64_t count) {
        std::byte* at = base_ == nullptr ? nullptr : base_ + used_;
        used_ += (static_cast<std::size_t>(count) * sizeof(T) + 63) / 64 * 64;
        return reinterpret_cast<T*>(at);
    }
    std::size_t used() const { return used_; }

 private:
    std::byte* base_;
    std::size_t used_ = 0;
};

/// A run of keys, as the kernel reads it: where each row lies and what its bias depends on.
struct KeyBlock {
    const float** keys;       ///< [kKeyBlock + one tile]
    const float** values;     ///< the same
    std::int32_t* units;      ///< [kKeyBlock + one tile]
    std::int32_t* positions;  ///< relative to the span, held within +-2^30
    float* key_copy;          ///< [kKeyBlock, padded head_dim]
    float* value_copy;
    std::int64_t count = 0;
};

/// The scratch of a task.
struct SpanScratch {
    SpanScratch(std::byte* base, std::int64_t head_dim, std::int64_t panel);

    std::int64_t padded_dim;  ///< head_dim rounded up to 4
    KeyBlock block;
    std::int32_t*
        query_positions;  ///< [kSpan + panel]: of the queries of one branch and segment, relative to the span
    std::int32_t* query_units;
    float* queries;               ///< [panels, head_dim, panel]
    std::int32_t* query_numbers;  ///< [panels, head_dim / 4, panel]: the same in bytes; on tiles rows of bf16
    std::int32_t* query_starts;   ///< [panels, panel]: what their sums of bytes begin with
    float* query_scales;          ///< [panels, panel]
    std::int16_t* key_numbers;  ///< [kKeyBlock, head_dim]: the block in bytes; on tiles in bf16, turned over
    std::int32_t* value_pairs;  ///< [kKeyBlock / 2, head_dim]: pairs of keys; on tiles in their order
    float* mixed;      ///< [panels, padded_dim, panel]: sum of weighted values; on tiles [queries, head_dim]
    float* largest;    ///< [panels, panel]: running maximum of the scores, in units of log2
    float* sum;        ///< [panels, panel]: running sum of weights
    float* scores;     ///< [kKeyBlock + one tile, panel]; on tiles some steps of 16 queries by 32 keys
    float* converted;  ///< [panel, padded_dim]: rows in float32, or a panel of queries in bytes
    float* lse;        ///< [kSpan]: of all branches so far, gates included, log2
    float* rows;       ///< [kSpan, head_dim]: the result, where it is not float32
    std::size_t bytes;
};

}  // namespace corpuscope::kernels::cpu
