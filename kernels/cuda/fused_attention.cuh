// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/fused_tile.cuh"

namespace corpuscope::kernels::cuda {

/// A lane's share of the running softmax: of fragment f, rows lane / 4 and lane / 4 + 8.
template <int D>
struct Running {
    float out[2][D / 8][4] = {};
    float largest[2][2] = {{-INFINITY, -INFINITY}, {-INFINITY, -INFINITY}};  ///< of the scores before scaling
    float sum[2][2] = {};
};

/// Adds biases and hides what a row must not see, in the scores of one fragment. `Ranged`: some row of it
/// does not see all of the chunk.
template <bool Ranged, bool Distances, int Columns>
CORPUSCOPE_DEVICE void add_terms(const ScoreTerms& terms, const TileRow* rows, int lane, int first_key,
                                 const std::int32_t* key_units, float (&scores)[Columns][4]) {
    const float neighbour = terms.neighbour, slope = terms.slope;
    const int first_column = first_key + lane % 4 * 2;
    int begin[2], end[2], unit[2], kept[2];
#pragma unroll
    for (int half = 0; half < 2; ++half) {
        const TileRow& row = rows[half * 8 + lane / 4];
        begin[half] = row.first_key - first_column, end[half] = row.end_key - first_column;
        kept[half] = row.kept - first_column, unit[half] = row.unit;
    }
#pragma unroll
    for (int j = 0; j < Columns; ++j) {
        WordPair units{0, 0};
        if (key_units != nullptr)
            units = *reinterpret_cast<const WordPair*>(key_units + j * 8 + lane % 4 * 2);
#pragma unroll
        for (int half = 0; half < 2; ++half)
#pragma unroll
            for (int e = 0; e < 2; ++e) {
                const int column = j * 8 + e,
                          key_unit = static_cast<int>(e == 0 ? units.first : units.second);
                float& score = scores[j][half * 2 + e];
                score += key_unit != unit[half] ? neighbour : 0.0f;
                if constexpr (Distances) {
                    const int distance = kept[half] - column;
                    score -= slope * static_cast<float>(distance < 0 ? -distance : distance);
                }
                bool hide = key_unit < 0;
                if constexpr (Ranged) hide = hide | (column < begin[half]) | (column >= end[half]);
                score = hide ? -INFINITY : score;
            }
    }
}

/// `for_all`: biases by unit, or empty keys, concern every row.
template <int Columns>
CORPUSCOPE_DEVICE void add_terms_where_needed(const ScoreTerms& terms, const TileRow* rows,
                                              const FragmentView& view, bool for_all, int lane, int first_key,
                                              const std::int32_t* key_units, float (&scores)[Columns][4]) {
    const bool ranged = first_key < view.all_begin || first_key + Columns * 8 > view.all_end;
    if (terms.by_distance)
        add_terms<true, true>(terms, rows, lane, first_key, key_units, scores);
    else if (ranged)
        add_terms<true, false>(terms, rows, lane, first_key, key_units, scores);
    else if (for_all)
        add_terms<false, false>(terms, rows, lane, first_key, key_units, scores);
}

/// One step of the online softmax: turns scores into probabilities relative to the new largest one.
template <int D>
CORPUSCOPE_DEVICE void update_softmax(float scale, int fragment, float (&scores)[TileShape<D>::kKeys / 8][4],
                                      Running<D>& running) {
    constexpr int kColumns = TileShape<D>::kKeys / 8;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
        float largest = running.largest[fragment][half];
#pragma unroll
        for (int j = 0; j < kColumns; ++j)
            largest = max_of(largest, max_of(scores[j][half * 2], scores[j][half * 2 + 1]));
        largest = max_of(largest, shuffle_xor(largest, 1));
        largest = max_of(largest, shuffle_xor(largest, 2));
        const float base = largest == -INFINITY ? 0.0f : largest * scale;
        const float shrink =
            largest == -INFINITY ? 1.0f : power_of_two((running.largest[fragment][half] - largest) * scale);
        float sum = 0;
#pragma unroll
        for (int j = 0; j < kColumns; ++j)
#pragma unroll
            for (int e = 0; e < 2; ++e) {
                float& score = scores[j][half * 2 + e];
                score = power_of_two(score * scale - base);
                sum += score;
            }
        running.largest[fragment][half] = largest;
        running.sum[fragment][half] = running.sum[fragment][half] * shrink + sum;
#pragma unroll
        for (int j = 0; j < D / 8; ++j) {
            running.out[fragment][j][half * 2] *= shrink;
            running.out[fragment][j][half * 2 + 1] *= shrink;
        }
    }
}

template <int D>
CORPUSCOPE_DEVICE void load_query(const char* rows, int fragment, int step, int lane, std::uint32_t (&a)[4]) {
    load_matrices(a, rows + swizzled<D>(fragment * 16 + lane % 16, step * 2 + lane / 16));
}

/// Scores of a warp's 32 queries with a chunk of keys.
template <int D, int Held>
CORPUSCOPE_DEVICE void multiply_queries_keys(const char* query_rows, const std::uint32_t (&held)[2][Held][4],
                                             const char* key_rows, int lane,
                                             float (&scores)[2][TileShape<D>::kKeys / 8][4]) {
    using Shape = TileShape<D>;
#pragma unroll
    for (int step = 0; step < D / 16; ++step) {
        std::uint32_t a[2][4];
#pragma unroll
        for (int f = 0; f < 2; ++f)
            if constexpr (Shape::kQueriesInRegisters) {
#pragma unroll
                for (int i = 0; i < 4; ++i) a[f][i] = held[f][step][i];
            } else {
                load_query<D>(query_rows, f, step, lane, a[f]);
            }
#pragma unroll
        for (int pair = 0; pair < Shape::kKeys / 16; ++pair) {
            std::uint32_t b[4];
            load_matrices(
                b, key_rows + swizzled<D>(pair * 16 + lane % 8 + lane / 16 * 8, step * 2 + lane / 8 % 2));
#pragma unroll
            for (int f = 0; f < 2; ++f) {
                multiply_add(scores[f][pair * 2], a[f], b[0], b[1]);
                multiply_add(scores[f][pair * 2 + 1], a[f], b[2], b[3]);
            }
        }
    }
}

/// Adds probabilities times values to the running output.
template <int D>
CORPUSCOPE_DEVICE void multiply_probabilities_values(const float (&scores)[2][TileShape<D>::kKeys / 8][4],
                                                     const char* value_rows, int lane, Running<D>& running) {
#pragma unroll
    for (int step = 0; step < TileShape<D>::kKeys / 16; ++step) {
        std::uint32_t a[2][4];
#pragma unroll
        for (int f = 0; f < 2; ++f)
#pragma unroll
            for (int i = 0; i < 4; ++i) {
                const float(&score)[4] = scores[f][step * 2 + i / 2];
                a[f][i] = pack_bf16(score[i % 2 * 2], score[i % 2 * 2 + 1]);
            }
#pragma unroll
        for (int pair = 0; pair < D / 16; ++pair) {
            std::uint32_t b[4];
            load_matrices_transposed(b,
                                     value_rows + swizzled<D>(step * 16 + lane % 16, pair * 2 + lane / 16));
#pragma unroll
            for (int f = 0; f < 2; ++f) {
                multiply_add(running.out[f][pair * 2], a[f], b[0], b[1]);
                multiply_add(running.out[f][pair * 2 + 1], a[f], b[2], b[3]);
            }
        }
    }
}

}  // namespace corpuscope::kernels::cuda
