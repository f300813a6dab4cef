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
    const kernels::Matrix data = data_.view();
    const std::int64_t d = config_.d_model, head_dim = config_.head_dim(), column = head * head_dim;
    for (const std::int64_t part : {0, 1}) {  // keys, values
        void* to = by_head_ ? data.at((part * config_.heads + head) * kept_ + index - first_, 0)
                            : data.at(index - first_, part * d + column);
        const kernels::Matrix from = qkv.part((1 + part) * config_.heads + head);
        copies.push_back({{from.at(row, 0), kept, head_dim, apart * from.stride, from.type},
                          {to, kept, head_dim, data.stride, data.type}});
    }
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
