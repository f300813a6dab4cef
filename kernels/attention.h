// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Dilated attention (Ding et al., 2023, "LongNet: Scaling Transformers to 1,000,000,000 Tokens"), as every
// backend computes it. With s(q,k) the scaled, biased score of a query and a key, g_b the gate of branch b,
// and K_b(q) the keys that branch b shows to query q,
//
//   out(q) = sum_b e^{g_b} sum_{k in K_b(q)} e^{s(q,k)} v_k  /  sum_b e^{g_b} sum_{k in K_b(q)} e^{s(q,k)}
//
// which equals the paper's mixture (eq. 10) when every gate is 0. A key seen by two branches counts twice. A
// query that no branch keeps for a head gets a zero row for that head.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/types.h"

namespace corpuscope::kernels {

/// Segments of `segment` tokens; head j keeps the rows whose index inside the segment is ≡ offset(j) modulo
/// `rate`. `rate` need not divide `segment`; a shorter last segment is just shorter.
struct Branch {
    std::int64_t segment = 0;
    std::int64_t rate = 1;
};

/// Which row of each run of `rate` rows a head keeps. Modulo: head mod rate (the paper). Rotating:
/// (head + 13 * layer) mod rate, so that stacked layers reach more rows. Grouped: consecutive heads share an
/// offset, as in the code that the paper's authors published.
enum class OffsetRule : std::uint8_t { Modulo, Rotating, Grouped };

std::int64_t head_offset(int head, int heads, std::int64_t rate, OffsetRule rule, int layer);

/// Where the keys and values of one branch lie. The pass over a corpus larger than memory holds whole rows
/// only of the block at hand; of outer branches it holds the kept rows alone.
struct KeyRows {
    /// [rows, kv_heads * head_dim]. Numbers that are not finite make the results of the queries that see them
    /// so. In bf16 cuda multiplies the values of hidden and empty keys by zero, so that there they must be
    /// finite, too.
    const void* keys = nullptr;
    const void* values = nullptr;
    std::int64_t stride = 0;  ///< elements between rows of `keys` and of `values`
    std::int64_t first =
        0;  ///< dense: sequence position of row 0; kept_only: index of row 0 among all kept rows
    std::int64_t rows = 0;
    /// False: row i is sequence position first + i. True: row i holds for head j its own kept position
    /// (first + i) * rate + offset(j); requires that rate divides segment and kv_heads == heads. A run cut
    /// short by the end of the sequence has a row too, in which the parts of heads whose position would lie
    /// beyond it are never read.
    bool kept_only = false;
    /// Elements from one head's part of a row to the next one's; 0: head_dim, side by side. Where it is
    /// larger, each head's rows lie together, `stride` apart, and are read without jumps: the cpu backend's
    /// forward pass is faster then. `reference` and `cpu` take it, forward only.
    std::int64_t head_stride = 0;

    std::int64_t head_part(int key_head, int head_dim) const {
        return key_head * (head_stride != 0 ? head_stride : std::int64_t{head_dim});
    }
};

/// Bucket of a key `distance` = key - query positions away: exact for the near half, logarithmic up to
/// max_distance; where causal all buckets serve keys to the left, else half of them each side.
int relative_bucket(std::int64_t distance, int buckets, int max_distance, bool causal);

/// T5's learned bias by bucketed distance (Raffel et al., 2020).
struct RelativeBias {
    const float* table = nullptr;  ///< [heads, buckets]
    int buckets = 32;
    int max_distance = 128;
};

/// Which blocks of `block` queries may see which blocks of `block` keys: allowed[(q/block) * columns +
/// k/block] != 0.
struct BlockMask {
    const std::uint8_t* allowed = nullptr;  ///< [ceil(length/block), columns], columns = ceil(length/block)
    std::int64_t block = 0;
    std::int64_t columns = 0;
};

/// A further branch that lets each block of queries see the `top_k` blocks of keys with the highest pooled
/// score (mean query of the block times mean key of the block, per head, empty positions left out), over the
/// whole sequence. Where causal, blocks to the right are no candidates. Needs the queries of whole blocks,
/// and as last entry of `keys` one more, dense over the whole sequence. Ties go to the earlier block.
struct DynamicSparse {
    std::int64_t block = 0;  ///< 0: no such branch
    int top_k = 0;
};

/// One call of dilated attention over queries [query_begin, query_begin + queries) of a sequence of `length`
/// tokens. All floats that are pointed to are float32 except q, k, v, out, which have `type`. Pointers may be
/// null: the term is then absent.
struct AttentionProblem {
    std::int64_t length = 0;  ///< tokens in the whole sequence
    std::int64_t query_begin = 0;
    std::int64_t queries = 0;
    int heads = 0;
    int kv_heads = 0;  ///< divides heads; query head h reads key head h * kv_heads / heads
    int head_dim = 0;
    float scale = 0;  ///< 0: 1/sqrt(head_dim)
    DType type = DType::F32;
    /// Others than F32 let a backend round queries, keys, values and probabilities where that is faster: to
    /// about 12 bits, or to bf16.
    Precision precision = Precision::F32;

    std::span<const Branch> branches;
    std::span<const KeyRows>
        keys;  ///< one a branch (+1 with dynamic_sparse); null ones where every gate is -inf
    OffsetRule rule = OffsetRule::Modulo;
    int layer = 0;
    bool causal = false;

    const void* q = nullptr;  ///< [queries, heads * head_dim]
    std::int64_t q_stride = 0;
    std::int64_t q_head_stride = 0;  ///< as KeyRows::head_stride
    void* out = nullptr;             ///< [queries, heads * head_dim]; must not overlap q, keys or values
    std::int64_t out_stride = 0;
    /// [branches (+1 with dynamic_sparse), heads, queries]: log sum exp of each branch's scores without its
    /// gate; -inf where the branch does not keep the query, shows it no key, or is removed by its gate. Null:
    /// not wanted.
    float* lse = nullptr;

    const float* gates =
        nullptr;  ///< [branches (+1 with dynamic_sparse), heads]; -inf removes a branch exactly
    /// [length]: the unit (sentence) of each position; -1: an empty position, which is never a key and whose
    /// query row comes out as zero. Null: nothing is empty. Absolute: indexed by sequence position.
    const std::int32_t* units = nullptr;
    const float* neighbour_bias =
        nullptr;  ///< [heads], branch 0 only: added to the score of a key of another unit
    const float* alibi_slopes = nullptr;  ///< [heads]: -slope * |q - k| is added
    RelativeBias relative_bias;
    BlockMask block_mask;
    DynamicSparse dynamic_sparse;
    float dropout =
        0;  ///< of the mixture's probabilities, training only; kept ones are scaled by 1 / (1 - dropout)
    std::uint64_t dropout_seed = 0;

    /// Elements from the start of a query's row to the part of `head`.
    std::int64_t query_part(int head) const {
        return head * (q_head_stride != 0 ? q_head_stride : std::int64_t{head_dim});
    }
    bool heads_side_by_side() const {
        bool all = q_head_stride == 0;
        for (const KeyRows& rows : keys) all = all && rows.head_stride == 0;
        return all;
    }
};

}  // namespace corpuscope::kernels
