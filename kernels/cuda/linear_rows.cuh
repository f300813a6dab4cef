// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What happens to rows before and after a matrix product: conversion to bf16, GELU, and the int8 arithmetic
// of kernels/quantize.h. The tensor cores multiply signed bytes, so a quantized activation x8 in [0, 255] is
// stored as x8 - 128, and (zero_point - 128) times the sum of the weights of a channel is taken off again.
#pragma once

#include "kernels/cuda/rows.cuh"

namespace corpuscope::kernels::cuda {

CORPUSCOPE_DEVICE float gelu(float x) { return 0.5f * x * (1.0f + erff(x * 0.70710678118654752f)); }

struct CopyJob {
    RowsView x, y;
    std::int64_t rows = 0, columns = 0;
    bool gelu = false;
};

CORPUSCOPE_DEVICE void copy_rows(const CopyJob& job) {
    const std::int64_t row = row_of_warp();
    if (row >= job.rows) return;
    for (std::int64_t column = thread_index() % 32 * 4; column < job.columns; column += 128) {
        float values[4];
        job.x.load_four(row, column, job.columns, values);
        if (job.gelu)
            for (float& value : values) value = gelu(value);
        job.y.store_four(row, column, job.columns, values);
    }
}

struct QuantizedRow {
    float scale;
    std::int32_t zero_point;  ///< minus 128
};

struct QuantizeJob {
    RowsView x;
    std::int64_t rows = 0, columns = 0;
    std::int64_t padded = 0;        ///< columns of `values`, a multiple of 16
    std::int8_t* values = nullptr;  ///< [rows, padded]
    QuantizedRow* scales = nullptr;
};

CORPUSCOPE_DEVICE void quantize_rows(const QuantizeJob& job) {
    const std::int64_t row = row_of_warp();
    if (row >= job.rows) return;
    const int lane = thread_index() % 32;
    float low = 0, high = 0;
    bool nan = false;
    for (std::int64_t column = lane * 4; column < job.columns; column += 128) {
        float values[4];
        job.x.load_four(row, column, job.columns, values);
        for (const float value : values) {
            low = -max_of(-low, -value);
            high = max_of(high, value);
            nan = nan || value != value;
        }
    }
    low = -largest_in_warp(-low);
    high = largest_in_warp(high);
    const float range = high - low;
    const bool finite = !any_lane(nan) && range < INFINITY;
    const bool flat = range < 1e-30f;
    const float scale = flat ? 1.0f : range / 255.0f, inverse = 1.0f / scale;
    const int zero_point = flat || !finite ? 0 : static_cast<int>(rintf(-low / scale));
    if (lane == 0) job.scales[row] = {finite ? scale : NAN, zero_point - 128};
    for (std::int64_t column = lane * 4; column < job.padded; column += 128) {
        float values[4];
        job.x.load_four(row, column, job.columns, values);
        std::uint32_t packed = 0;
        for (int i = 0; i < 4; ++i) {
            const int level = finite ? static_cast<int>(rintf(values[i] * inverse)) + zero_point : 0;
            const int byte = min_of(max_of(level, 0), 255) - 128;
            packed |= (static_cast<std::uint32_t>(byte) & 0xffu) << (8 * i);
        }
        *reinterpret_cast<std::uint32_t*>(job.values + row * job.padded + column) = packed;
    }
}

struct DequantizeJob {
    const std::int32_t* sums = nullptr;  ///< [rows, padded]
    std::int64_t rows = 0, columns = 0, padded = 0;
    const QuantizedRow* scales = nullptr;       ///< [rows]
    const float* weight_scales = nullptr;       ///< [columns]
    const std::int32_t* weight_sums = nullptr;  ///< [columns]: of a channel's quantized weights
    const float* bias = nullptr;                ///< [columns]
    RowsView y;
    bool gelu = false;
};

CORPUSCOPE_DEVICE void dequantize_rows(const DequantizeJob& job) {
    const std::int64_t row = row_of_warp();
    if (row >= job.rows) return;
    const QuantizedRow scale = job.scales[row];
    for (std::int64_t column = thread_index() % 32 * 4; column < job.columns; column += 128) {
        float values[4] = {};
        for (int i = 0; i < 4; ++i) {
            if (column + i >= job.columns) continue;
            const std::int32_t sum =
                job.sums[row * job.padded + column + i] - scale.zero_point * job.weight_sums[column + i];
            const float value = static_cast<float>(sum) * (scale.scale * job.weight_scales[column + i]) +
                                job.bias[column + i];
            values[i] = job.gelu ? gelu(value) : value;
        }
        job.y.store_four(row, column, job.columns, values);
    }
}

}  // namespace corpuscope::kernels::cuda
