// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Keys and values of the rows that one branch keeps. They are all that the queries of other blocks need of a
// block, N/r rows of N, and lie close together where the rows themselves are `rate` apart.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/longnet/device_array.h"
#include "engine/longnet/model.h"
#include "kernels/attention.h"

namespace corpuscope::longnet {

class KeptRows {
 public:
    /// `type`: of the rows of queries, keys and values, and of what is kept of them.
    KeptRows(kernels::Branch branch, const Config& config, kernels::DType type)
        : branch_(branch), config_(config), type_(type) {}

    /// Makes room for the kept rows of positions [begin, begin + count) in `layer`, all zero. `rate` divides
    /// `begin`.
    void reset(kernels::Backend& backend, int layer, std::int64_t begin, std::int64_t count);

    /// Adds the copies that take keys and values of the kept among positions [begin, begin + count) out of
    /// rows of queries, keys and values, 3 heads parts. row(head, position) is the row of a position that
    /// `head` keeps; that of its next one is `apart` rows on.
    template <typename RowOf>
    void take(const kernels::ColumnParts& qkv, std::int64_t begin, std::int64_t count, std::int64_t apart,
              const RowOf& row, std::vector<kernels::MatrixCopy>& copies) const {
        for (int head = 0; head < config_.heads; ++head) {
            const Run run = kept_between(head, begin, begin + count);
            if (run.count == 0) continue;
            const std::int64_t position = run.index * branch_.rate + offset(head);
            add_copies(head, run.index, run.count, qkv, row(head, position), apart, copies);
        }
    }

    /// The same where the rows are those of positions `begin` on, one after another.
    void take(const kernels::ColumnParts& qkv, std::int64_t begin,
              std::vector<kernels::MatrixCopy>& copies) const {
        take(
            qkv, begin, qkv.first.rows, branch_.rate,
            [begin](int, std::int64_t position) { return position - begin; }, copies);
    }

    /// Rows [.., 2 d_model], keys beside values, that a branch of `rate` keeps, from number begin / rate on.
    struct Outside {
        kernels::Matrix rows;
        std::int64_t rate;        ///< divides this branch's
        std::int64_t begin, end;  ///< positions
    };
    /// Adds the copies of what this branch keeps of the positions to, or from, there.
    void copy_to(const Outside& outside, std::vector<kernels::MatrixCopy>& copies) const;
    void copy_from(const Outside& outside, std::vector<kernels::MatrixCopy>& copies) const;

    kernels::KeyRows rows() const;
    std::int64_t rate() const { return branch_.rate; }
    std::int64_t offset(int head) const { return offsets_[static_cast<std::size_t>(head)]; }
    /// All of it as one matrix, the rows one after another: [kept, 2 d_model], keys beside values; where the
    /// backend's memory is the host's [2 heads kept, head_dim], each head's rows together, all keys first.
    kernels::Matrix matrix() const { return data_.view(); }
    /// Bytes of matrix() for a sequence of `length` positions.
    std::int64_t bytes_for(std::int64_t length) const {
        return (length + branch_.rate - 1) / branch_.rate * 2 * config_.d_model *
               static_cast<std::int64_t>(kernels::size_of(type_));
    }

 private:
    /// Kept rows of one head, one after another.
    struct Run {
        std::int64_t index;  ///< among all kept rows
        std::int64_t count;
    };
    Run kept_between(int head, std::int64_t begin, std::int64_t end) const {
        const auto first_from = [&](std::int64_t position) {
            return std::max<std::int64_t>(position - offset(head) + branch_.rate - 1, 0) / branch_.rate;
        };
        const std::int64_t index = first_from(begin);
        return {index, std::max<std::int64_t>(first_from(end) - index, 0)};
    }
    /// Part 0: keys, 1: values of one head.
    kernels::Matrix part(int part, int head, const Run& run) const;
    template <typename Copy>
    void for_each_part(const Outside& outside, const Copy& copy) const;
    void add_copies(int head, std::int64_t index, std::int64_t kept, const kernels::ColumnParts& qkv,
                    std::int64_t row, std::int64_t apart, std::vector<kernels::MatrixCopy>& copies) const;

    kernels::Branch branch_;
    const Config& config_;
    kernels::DType type_;
    std::vector<std::int64_t> offsets_;  // [heads]
    std::int64_t first_ = 0;             // index among all kept rows of the first one here
    std::int64_t kept_ = 0;
    bool by_head_ = false;
    DeviceMatrix data_;
};

}  // namespace corpuscope::longnet
