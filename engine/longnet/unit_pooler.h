// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "engine/longnet/device_array.h"
#include "engine/longnet/sequence.h"

namespace corpuscope::longnet {

/// Turns the last hidden states of one block after another into vectors of units: their means, scaled to
/// length 1. On a backend with memory of its own the sums of a block come to the processor, and are scaled
/// there, while the backend works on the next block.
class UnitPooler {
 public:
    UnitPooler(kernels::Backend& backend, std::int64_t units, std::int64_t d_model);

    /// x [rows of the block, d_model].
    void pool(const Sequence& sequence, const Block& block, const kernels::Matrix& x);

    /// Vectors [units, d_model] of all blocks pooled so far, and where `lengths` is not null, [units], the
    /// lengths of the means before they were scaled.
    std::vector<float> take(std::vector<float>* lengths);

 private:
    void settle();
    void scale();

    kernels::Backend& backend_;
    std::int64_t d_model_;
    std::vector<float> vectors_, lengths_;
    std::vector<kernels::RowRange> units_;  // of the latest block, as rows of it
    std::int64_t first_ = 0;                // its first unit
    DeviceMatrix sums_;
    std::unique_ptr<kernels::Buffer> arrived_;  // host memory for sums_
    std::unique_ptr<kernels::CopyQueue> copies_;
    bool on_their_way_ = false;
};

}  // namespace corpuscope::longnet
