// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu_check/emulated_rows.h"

#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "kernels/backend.h"
#include "kernels/bf16.h"
#include "kernels/cuda/row_moves.cuh"
#include "kernels/cuda/views.h"
#include "tests/gpu_check/lane_emulator.h"

namespace corpuscope::gpu_check {
namespace {

using namespace kernels;
using namespace kernels::cuda;

/// Numbers of a type, in an array aligned as device memory is, with the same ones for the same seed.
class Numbers {
 public:
    Numbers(std::int64_t count, DType type, unsigned seed)
        : type_(type), storage_(static_cast<std::size_t>(count) / 4 + 1) {
        std::mt19937 random(seed);
        std::normal_distribution<float> normal;
        for (std::int64_t i = 0; i < count; ++i) store_float(storage_.data(), i, type, normal(random));
    }
    Matrix view(std::int64_t first, std::int64_t rows, std::int64_t columns, std::int64_t stride) {
        const Matrix all{storage_.data(), 1, std::ssize(storage_) * 4, 0, type_};
        return {all.at(0, first), rows, columns, stride, type_};
    }
    bool operator==(const Numbers& other) const {
        return std::memcmp(storage_.data(), other.storage_.data(), storage_.size() * sizeof(FloatFour)) == 0;
    }

 private:
    DType type_;
    std::vector<FloatFour> storage_;
};

int report(const std::string& name, bool passed) {
    std::printf("%-4s %s\n", passed ? "ok" : "FAIL", name.c_str());
    return passed ? 0 : 1;
}

std::string named(DType type) { return type == DType::F32 ? "float32" : "bf16"; }

/// Pieces of many shapes and strides, whose rows begin at multiples of four elements or do not.
std::vector<MatrixCopy> make_copies(Numbers& from, Numbers& to) {
    std::vector<MatrixCopy> copies;
    std::int64_t target = 0;
    for (int i = 0; i < kPiecesABatch - 1; ++i) {
        const std::int64_t rows = i % 7, columns = 1 + i * 5 % 40, gap = i % 3 == 0 ? 0 : i % 5;
        copies.push_back({from.view(i * 4 + i % 2, rows, columns, 200 + i % 3 * 4),
                          to.view(target, rows, columns, columns + gap)});
        target += rows * (columns + gap) + i % 4;
    }
    return copies;
}

int check_copies(DType from_type, DType to_type) {
    const auto reference = make_reference_backend();
    Numbers from(3000, from_type, 1), wanted(12000, to_type, 2), got(12000, to_type, 2);
    reference->copy(make_copies(from, wanted));
    CopyBatch batch;
    for (const auto& [source, target] : make_copies(from, got)) {
        if (source.rows == 0) continue;
        CopyPiece& piece = batch.pieces[batch.count++];
        piece = {view(source), view(target), source.columns, batch.items};
        batch.items += source.rows * piece.fours();
    }
    run_lanes({(batch.items + kRowThreads - 1) / kRowThreads, kRowThreads, 0, 3},
              [&](char*) { copy_batch(batch); });
    return report("copies from " + named(from_type) + " to " + named(to_type), got == wanted);
}

int check_sums(DType type, std::int64_t columns, std::int64_t stride) {
    const auto reference = make_reference_backend();
    const std::vector<RowRange> ranges{{0, 3}, {3, 0}, {5, 1}, {2, 9}, {10, 2}};
    const auto count = static_cast<std::int64_t>(ranges.size());
    Numbers x(12 * stride, type, 4), wanted(count * columns, DType::F32, 5),
        got(count * columns, DType::F32, 5);
    const Matrix rows = x.view(0, 12, columns, stride);
    const Matrix target = got.view(0, count, columns, columns);
    reference->sum_rows(rows, ranges, wanted.view(0, count, columns, columns));
    const SumJob job{view(rows), view(target), ranges.data(), count, columns};
    run_lanes({(count * job.strips() + kRowsABlock - 1) / kRowsABlock, kRowThreads, 0, 6},
              [&](char*) { sum_range(job); });
    return report("sums of " + named(type) + ", " + std::to_string(columns) + " columns", got == wanted);
}

}  // namespace

int check_emulated_rows() {
    int failures = 0;
    for (const DType from : {DType::F32, DType::BF16})
        for (const DType to : {DType::F32, DType::BF16}) failures += check_copies(from, to);
    for (const DType type : {DType::F32, DType::BF16}) {
        failures += check_sums(type, 384, 384);
        failures += check_sums(type, 130, 131);
    }
    return failures;
}

}  // namespace corpuscope::gpu_check
