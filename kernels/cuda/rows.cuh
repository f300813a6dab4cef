// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The kernels that go over rows: residual + layer norm, and embedding. Both are bound by memory: one warp a
// row, a lane four neighbouring elements at a time, in one access where the rows' alignment allows it.
#pragma once

#include "kernels/cuda/attention_simt.cuh"

namespace corpuscope::kernels::cuda {

inline constexpr int kRowThreads = 256;
inline constexpr int kRowsABlock = kRowThreads / 32;

/// A matrix of float32 or bf16 rows.
struct RowsView {
    void* data = nullptr;
    std::int64_t stride = 0;
    bool bf16 = false;
    bool by_four = false;  ///< every row begins at a multiple of four elements' bytes

    CORPUSCOPE_DEVICE float load(std::int64_t row, std::int64_t column) const {
        const std::int64_t at = row * stride + column;
        return bf16 ? to_float(static_cast<const std::uint16_t*>(data)[at])
                    : static_cast<const float*>(data)[at];
    }
    CORPUSCOPE_DEVICE void store(std::int64_t row, std::int64_t column, float value) const {
        const std::int64_t at = row * stride + column;
        if (bf16)
            store_element(static_cast<std::uint16_t*>(data) + at, value);
        else
            static_cast<float*>(data)[at] = value;
    }

    /// Elements [column, column + 4), those beyond `columns` as zeros.
    CORPUSCOPE_DEVICE void load_four(std::int64_t row, std::int64_t column, std::int64_t columns,
                                     float (&values)[4]) const {
        const std::int64_t at = row * stride + column;
        if (!by_four || column + 4 > columns) {
            for (int i = 0; i < 4; ++i) values[i] = column + i < columns ? load(row, column + i) : 0.0f;
        } else if (bf16) {
            const auto pair =
                *reinterpret_cast<const WordPair*>(static_cast<const std::uint16_t*>(data) + at);
            values[0] = low_bf16(pair.first), values[1] = high_bf16(pair.first);
            values[2] = low_bf16(pair.second), values[3] = high_bf16(pair.second);
        } else {
            const auto four = *reinterpret_cast<const FloatFour*>(static_cast<const float*>(data) + at);
            for (int i = 0; i < 4; ++i) values[i] = four.values[i];
        }
    }
    CORPUSCOPE_DEVICE void store_four(std::int64_t row, std::int64_t column, std::int64_t columns,
                                      const float (&values)[4]) const {
        const std::int64_t at = row * stride + column;
        if (!by_four || column + 4 > columns) {
            for (int i = 0; i < 4; ++i)
                if (column + i < columns) store(row, column + i, values[i]);
        } else if (bf16) {
            *reinterpret_cast<WordPair*>(static_cast<std::uint16_t*>(data) + at) = {
                pack_bf16(values[0], values[1]), pack_bf16(values[2], values[3])};
        } else {
            *reinterpret_cast<FloatFour*>(static_cast<float*>(data) +
                                          at) = {{values[0], values[1], values[2], values[3]}};
        }
    }
};

CORPUSCOPE_DEVICE std::int64_t row_of_warp() { return block_index() * kRowsABlock + thread_index() / 32; }

struct NormJob {
    RowsView x, residual, y;  ///< residual.data null: none
    std::int64_t rows = 0, columns = 0;
    const float* gamma = nullptr;
    const float* beta = nullptr;
    float epsilon = 0;
};

CORPUSCOPE_DEVICE void load_sum(const NormJob& job, std::int64_t row, std::int64_t column,
                                float (&values)[4]) {
    job.x.load_four(row, column, job.columns, values);
    if (job.residual.data == nullptr) return;
    float more[4];
    job.residual.load_four(row, column, job.columns, more);
    for (int i = 0; i < 4; ++i) values[i] += more[i];
}

/// Rows of up to 128 * Held columns stay in registers; longer ones are read three times.
template <int Held>
CORPUSCOPE_DEVICE void normalize_rows(const NormJob& job) {
    const std::int64_t row = row_of_warp();
    const int lane = thread_index() % 32;
    if (row >= job.rows) return;
    float held[Held][4];
    const bool all_held = job.columns <= 128 * Held;
    const auto trips = static_cast<int>((job.columns + 127) / 128);
    const auto fetch = [&](int trip, float(&values)[4]) {
        load_sum(job, row, trip * 128 + lane * 4, values);
    };
    const auto for_each_four = [&](auto&& visit) {
        if (all_held) {
#pragma unroll
            for (int trip = 0; trip < Held; ++trip)
                if (trip < trips) visit(trip * 128 + lane * 4, held[trip]);
        } else {
            for (int trip = 0; trip < trips; ++trip) {
                float values[4];
                fetch(trip, values);
                visit(trip * 128 + lane * 4, values);
            }
        }
    };
    if (all_held) {
#pragma unroll
        for (int trip = 0; trip < Held; ++trip)
            if (trip < trips) fetch(trip, held[trip]);
    }
    float sum = 0, squares = 0;
    for_each_four([&](std::int64_t, const float(&values)[4]) {
        for (int i = 0; i < 4; ++i) sum += values[i];
    });
    const float mean = sum_over_warp(sum) / static_cast<float>(job.columns);
    for_each_four([&](std::int64_t column, const float(&values)[4]) {
        for (int i = 0; i < 4; ++i)
            if (column + i < job.columns) squares += (values[i] - mean) * (values[i] - mean);
    });
    const float variance = sum_over_warp(squares) / static_cast<float>(job.columns);
    const float inverse = 1.0f / sqrtf(variance + job.epsilon);
    for_each_four([&](std::int64_t column, const float(&values)[4]) {
        float result[4] = {};
        for (int i = 0; i < 4; ++i)
            if (column + i < job.columns)
                result[i] = (values[i] - mean) * inverse * job.gamma[column + i] + job.beta[column + i];
        job.y.store_four(row, column, job.columns, result);
    });
}

struct EmbedJob {
    const std::int32_t* ids = nullptr;
    const std::int32_t* position = nullptr;
    RowsView tokens, positions, y;
    std::int64_t rows = 0, columns = 0, vocabulary = 0, max_positions = 0;
    const float* segment_row = nullptr;
    int* failed = nullptr;  ///< set to 1 where an id or a position is outside its table; the row is then NaN
};

CORPUSCOPE_DEVICE void embed_rows(const EmbedJob& job) {
    const std::int64_t row = row_of_warp();
    const int lane = thread_index() % 32;
    if (row >= job.rows) return;
    const std::int64_t id = job.ids[row], position = job.position[row];
    const bool wrong = id >= job.vocabulary || (id >= 0 && (position < 0 || position >= job.max_positions));
    if (wrong && lane == 0) *job.failed = 1;
    for (std::int64_t column = lane * 4; column < job.columns; column += 128) {
        float sum[4] = {};
        if (wrong) {
            for (float& value : sum) value = NAN;
        } else if (id >= 0) {
            float more[4];
            job.tokens.load_four(id, column, job.columns, sum);
            job.positions.load_four(position, column, job.columns, more);
            for (int i = 0; i < 4; ++i) {
                sum[i] += more[i];
                if (job.segment_row != nullptr && column + i < job.columns)
                    sum[i] += job.segment_row[column + i];
            }
        }
        job.y.store_four(row, column, job.columns, sum);
    }
}

}  // namespace corpuscope::kernels::cuda
