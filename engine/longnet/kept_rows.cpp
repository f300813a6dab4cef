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
    data_.resize(backend, (count + branch_.rate - 1) / branch_.rate, 2 * config_.d_model, type_);
    backend.clear(data_.data(), static_cast<std::size_t>(bytes_for(count)));
}

void KeptRows::add_copies(int head, std::int64_t index, std::int64_t kept, const kernels::Matrix& qkv,
                          std::int64_t row, std::int64_t apart,
                          std::vector<kernels::MatrixCopy>& copies) const {
    const kernels::Matrix data = data_.view();
    const std::int64_t d = config_.d_model, head_dim = config_.head_dim(), column = head * head_dim;
    for (const std::int64_t part : {std::int64_t{0}, d})  // keys, values
        copies.push_back({{qkv.at(row, d + part + column), kept, head_dim, apart * qkv.stride, qkv.type},
                          {data.at(index - first_, part + column), kept, head_dim, data.stride, data.type}});
}

kernels::KeyRows KeptRows::rows() const {
    const kernels::Matrix data = data_.view();
    kernels::KeyRows rows;
    rows.keys = data.data;
    rows.values = data.at(0, config_.d_model);
    rows.stride = data.stride;
    rows.first = first_;
    rows.rows = data.rows;
    rows.kept_only = true;
    return rows;
}

}  // namespace corpuscope::longnet
