// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/kept_rows.h"

#include <algorithm>

namespace corpuscope::longnet {

void KeptRows::reset(kernels::Backend& backend, int layer, std::int64_t begin, std::int64_t count) {
    offsets_.clear();
    for (int head = 0; head < config_.heads; ++head)
        offsets_.push_back(
            kernels::head_offset(head, config_.heads, branch_.rate, kernels::OffsetRule::Rotating, layer));
    first_ = begin / branch_.rate;
    const std::int64_t kept = (count + branch_.rate - 1) / branch_.rate;
    data_.resize(backend, kept, 2 * config_.d_model);
    std::fill_n(data_.data(), kept * 2 * config_.d_model, 0.0f);
}

void KeptRows::take(const kernels::Matrix& qkv, std::int64_t begin) {
    const std::int64_t d = config_.d_model;
    const std::int64_t head_dim = config_.head_dim();
    for (int head = 0; head < config_.heads; ++head) {
        const std::int64_t offset = offsets_[static_cast<std::size_t>(head)];
        const std::int64_t index =
            std::max<std::int64_t>(begin - offset + branch_.rate - 1, 0) / branch_.rate;
        std::int64_t position = index * branch_.rate + offset;
        float* to = data_.data() + (index - first_) * 2 * d + head * head_dim;
        for (; position < begin + qkv.rows; position += branch_.rate, to += 2 * d) {
            const float* from = qkv.row<float>(position - begin) + head * head_dim;
            std::copy_n(from + d, head_dim, to);
            std::copy_n(from + 2 * d, head_dim, to + d);
        }
    }
}

kernels::KeyRows KeptRows::rows() const {
    kernels::KeyRows rows;
    rows.keys = data_.data();
    rows.values = data_.data() + config_.d_model;
    rows.stride = 2 * config_.d_model;
    rows.first = first_;
    rows.rows = data_.rows();
    rows.kept_only = true;
    return rows;
}

bool KeptRows::keeps(std::int64_t position) const {
    return std::ranges::find(offsets_, position % branch_.rate) != offsets_.end();
}

}  // namespace corpuscope::longnet
