// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/hidden_store.h"

#include <algorithm>

#include "engine/longnet/half.h"

namespace corpuscope::longnet {
namespace {

class FloatStore final : public HiddenStore {
 public:
    explicit FloatStore(std::span<const std::int64_t> values) {
        for (const std::int64_t count : values) blocks_.emplace_back(static_cast<std::size_t>(count));
    }
    void read(std::size_t block, int, std::span<float> states) override {
        std::ranges::copy(blocks_[block], states.begin());
    }
    void write(std::size_t block, int, std::span<const float> states) override {
        std::ranges::copy(states, blocks_[block].begin());
    }

 private:
    std::vector<std::vector<float>> blocks_;
};

class Bf16Store final : public HiddenStore {
 public:
    explicit Bf16Store(std::span<const std::int64_t> values) {
        for (const std::int64_t count : values) blocks_.emplace_back(static_cast<std::size_t>(count));
    }
    void read(std::size_t block, int, std::span<float> states) override {
        std::ranges::transform(blocks_[block], states.begin(), bf16_to_float);
    }
    void write(std::size_t block, int, std::span<const float> states) override {
        std::ranges::transform(states, blocks_[block].begin(), float_to_bf16);
    }

 private:
    std::vector<std::vector<std::uint16_t>> blocks_;
};

}  // namespace

std::unique_ptr<HiddenStore> make_memory_store(std::span<const std::int64_t> values, kernels::DType type) {
    if (type == kernels::DType::BF16) return std::make_unique<Bf16Store>(values);
    return std::make_unique<FloatStore>(values);
}

}  // namespace corpuscope::longnet
