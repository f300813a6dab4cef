// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Keys and values of the rows that one branch keeps. They are all that the queries of other blocks need of a
// block, N/r rows of N, and lie close together where the rows themselves are `rate` apart.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/longnet/device_array.h"
#include "engine/longnet/model.h"
#include "kernels/attention.h"

namespace corpuscope::longnet {

class KeptRows {
 public:
    KeptRows(kernels::Branch branch, const Config& config) : branch_(branch), config_(config) {}

    /// Makes room for the kept rows of positions [begin, begin + count) in `layer`, all zero. `rate` divides
    /// `begin`.
    void reset(kernels::Backend& backend, int layer, std::int64_t begin, std::int64_t count);

    /// Copies keys and values of the kept among the positions from `begin` on out of their rows of queries,
    /// keys and values [positions, 3 d_model] in host memory.
    void take(const kernels::Matrix& qkv, std::int64_t begin);

    kernels::KeyRows rows() const;
    bool keeps(std::int64_t position) const;  ///< for any head
    /// [kept, 2 d_model]: keys, values.
    std::span<float> values() {
        return {data_.data(), static_cast<std::size_t>(data_.rows() * data_.columns())};
    }
    /// Size of values() for a sequence of `length` positions.
    std::int64_t values_for(std::int64_t length) const {
        return (length + branch_.rate - 1) / branch_.rate * 2 * config_.d_model;
    }

 private:
    kernels::Branch branch_;
    const Config& config_;
    std::vector<std::int64_t> offsets_;  // [heads]
    std::int64_t first_ = 0;             // index among all kept rows of row 0 of data_
    DeviceMatrix data_;
};

}  // namespace corpuscope::longnet
