// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/unit_pooler.h"

#include <cstring>

#include "engine/longnet/pooling.h"

namespace corpuscope::longnet {

UnitPooler::UnitPooler(kernels::Backend& backend, std::int64_t units, std::int64_t d_model)
    : backend_(backend),
      d_model_(d_model),
      vectors_(static_cast<std::size_t>(units * d_model)),
      lengths_(static_cast<std::size_t>(units)) {
    if (!backend.host_memory()) copies_ = backend.make_copy_queue();
}

void UnitPooler::pool(const Sequence& sequence, const Block& block, const kernels::Matrix& x) {
    settle();
    const Layout& layout = sequence.layout();
    const auto windows = sequence.windows(block);
    first_ = windows.front().first_unit;
    units_.clear();
    for (const Tile& window : windows)
        for (std::int64_t u = window.first_unit; u < window.first_unit + window.units; ++u)
            units_.push_back({window.first + layout.unit_begin[static_cast<std::size_t>(u)] - window.begin,
                              layout.unit_length[static_cast<std::size_t>(u)]});
    const auto count = std::ssize(units_);
    if (backend_.host_memory()) {
        backend_.sum_rows(x, units_, {vectors_.data() + first_ * d_model_, count, d_model_, d_model_});
        scale();
        return;
    }
    sums_.resize(backend_, count, d_model_);
    backend_.sum_rows(x, units_, sums_.view());
    const std::size_t bytes = static_cast<std::size_t>(count * d_model_) * sizeof(float);
    if (!arrived_ || arrived_->bytes() < bytes) arrived_ = backend_.allocate_host(bytes);
    copies_->follow();
    copies_->download(arrived_->data(), sums_.data(), bytes);
    on_their_way_ = true;
}

void UnitPooler::settle() {
    if (!on_their_way_) return;
    copies_->wait();
    std::memcpy(vectors_.data() + first_ * d_model_, arrived_->data(),
                units_.size() * static_cast<std::size_t>(d_model_) * sizeof(float));
    scale();
    on_their_way_ = false;
}

void UnitPooler::scale() {
    for (std::int64_t i = 0; i < std::ssize(units_); ++i)
        lengths_[static_cast<std::size_t>(first_ + i)] = scale_to_unit(
            vectors_.data() + (first_ + i) * d_model_, units_[static_cast<std::size_t>(i)].count, d_model_);
}

std::vector<float> UnitPooler::take(std::vector<float>* lengths) {
    settle();
    if (lengths != nullptr) *lengths = std::move(lengths_);
    return std::move(vectors_);
}

}  // namespace corpuscope::longnet
