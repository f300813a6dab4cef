// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The kernels that bring rows together: copies of many strided matrices in one launch, and sums over ranges
// of rows. Both are bound by memory; a thread moves four neighbouring elements, in one access where the rows'
// alignment allows it.
#pragma once

#include "kernels/cuda/rows.cuh"

namespace corpuscope::kernels::cuda {

/// One matrix of a batch: items are groups of four elements, counted through all matrices of the batch.
struct CopyPiece {
    RowsView from, to;
    std::int64_t columns = 0;
    std::int64_t first_item = 0;

    CORPUSCOPE_HD std::int64_t fours() const { return (columns + 3) / 4; }
};

/// The keys and values of 12 heads in two branches; the struct stays below the 4 KB that every driver takes.
inline constexpr int kPiecesABatch = 48;

struct CopyBatch {
    CopyPiece pieces[kPiecesABatch];
    int count = 0;
    std::int64_t items = 0;
};

CORPUSCOPE_DEVICE void copy_batch(const CopyBatch& batch) {
    const std::int64_t item = block_index() * kRowThreads + thread_index();
    if (item >= batch.items) return;
    int low = 0, high = batch.count;  // the last piece that begins at or before the item
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        if (batch.pieces[middle].first_item <= item)
            low = middle;
        else
            high = middle;
    }
    const CopyPiece& piece = batch.pieces[low];
    const std::int64_t within = item - piece.first_item, row = within / piece.fours();
    const std::int64_t column = (within - row * piece.fours()) * 4;
    float values[4];
    piece.from.load_four(row, column, piece.columns, values);
    piece.to.store_four(row, column, piece.columns, values);
}

struct SumJob {
    RowsView x, y;
    const RowRange* ranges = nullptr;
    std::int64_t count = 0, columns = 0;

    CORPUSCOPE_HD std::int64_t strips() const { return (columns + 127) / 128; }
};

/// A warp sums 128 columns of one range.
CORPUSCOPE_DEVICE void sum_range(const SumJob& job) {
    const std::int64_t warp = row_of_warp(), range = warp / job.strips();
    if (range >= job.count) return;
    const std::int64_t column = (warp - range * job.strips()) * 128 + thread_index() % 32 * 4;
    const RowRange rows = job.ranges[range];
    float sum[4] = {};
    for (std::int64_t row = rows.begin; row < rows.begin + rows.count; ++row) {
        float values[4];
        job.x.load_four(row, column, job.columns, values);
        for (int i = 0; i < 4; ++i) sum[i] += values[i];
    }
    job.y.store_four(range, column, job.columns, sum);
}

}  // namespace corpuscope::kernels::cuda
