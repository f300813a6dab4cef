// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/kept_rows.h"

namespace corpuscope::longnet {

void KeptRows::reset(kernels::Backend& backend, int layer, std::int64_t begin, std::int64_t count) {
    offsets_.clear();
    for (int head = 0; head < config_.heads; ++head)
        offsets_.push_back(
            kernels::head_offset(head, config_.heads, branch_.rate, kernels::OffsetRule::Rotating, layer));
    first_ = begin / branch_.rate;
    kept_ = (count + branch_.rate - 1) / branch_.rate;
    by_head_ = backend.host_memory();
    if (by_head_)
        data_.resize(backend, 2 * config_.heads * kept_, config_.head_dim(), type_);
    else
        data_.resize(backend, kept_, 2 * config_.d_model, type_);
    backend.clear(data_.data(), static_cast<std::size_t>(bytes_for(count)));
}

void KeptRows::add_copies(int head, std::int64_t index, std::int64_t kept, const kernels::ColumnParts& qkv,
                          std::int64_t row, std::int64_t apart,
                          std::vector<kernels::MatrixCopy>& copies) const {
    for (const int keys_or_values : {0, 1}) {
        const kernels::Matrix from =
            qkv.part(static_cast<std::int64_t>(1 + keys_or_values) * config_.heads + head);
        copies.push_back({{from.at(row, 0), kept, config_.head_dim(), apart * from.stride, from.type},
                          part(keys_or_values, head, {index, kept})});
    }
}

kernels::Matrix KeptRows::part(int part, int head, const Run& run) const {
    const kernels::Matrix data = data_.view();
    const std::int64_t d = config_.d_model, head_dim = config_.head_dim(), row = run.index - first_;
    void* begin = by_head_
                      ? data.at((static_cast<std::int64_t>(part) * config_.heads + head) * kept_ + row, 0)
                      : data.at(row, part * d + head * head_dim);
    return {begin, run.count, head_dim, data.stride, data.type};
}

template <typename Copy>
void KeptRows::for_each_part(const Outside& outside, const Copy& copy) const {
    const std::int64_t d = config_.d_model, head_dim = config_.head_dim();
    for (int head = 0; head < config_.heads; ++head) {
        const Run run = kept_between(head, outside.begin, outside.end);
        if (run.count == 0) continue;
        const std::int64_t position = run.index * branch_.rate + offset(head);
        const std::int64_t row = position / outside.rate - outside.begin / outside.rate;
        for (const int keys_or_values : {0, 1})
            copy(part(keys_or_values, head, run),
                 kernels::Matrix{outside.rows.at(row, keys_or_values * d + head * head_dim), run.count,
                                 head_dim, branch_.rate / outside.rate * outside.rows.stride,
                                 outside.rows.type});
    }
}

void KeptRows::copy_to(const Outside& outside, std::vector<kernels::MatrixCopy>& copies) const {
    for_each_part(outside, [&](const kernels::Matrix& kept, const kernels::Matrix& there) {
        copies.push_back({kept, there});
    });
}

void KeptRows::copy_from(const Outside& outside, std::vector<kernels::MatrixCopy>& copies) const {
    for_each_part(outside, [&](const kernels::Matrix& kept, const kernels::Matrix& there) {
        copies.push_back({there, kept});
    });
}

kernels::KeyRows KeptRows::rows() const {
    const kernels::Matrix data = data_.view();
    kernels::KeyRows rows;
    rows.keys = data.data;
    rows.values = by_head_ ? data.at(config_.heads * kept_, 0) : data.at(0, config_.d_model);
    rows.stride = data.stride;
    rows.first = first_;
    rows.rows = kept_;
    rows.kept_only = true;
    if (by_head_) rows.head_stride = kept_ * data.stride;
    return rows;
}

}  // namespace corpuscope::longnet
