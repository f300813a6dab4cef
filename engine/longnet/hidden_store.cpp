// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/hidden_store.h"

#include <algorithm>
#include <cstring>

#include "engine/longnet/half.h"

namespace corpuscope::longnet {

using kernels::DType;

namespace {

class MemoryStore final : public HiddenStore {
 public:
    MemoryStore(kernels::Backend& backend, std::span<const std::int64_t> values, DType type) : type_(type) {
        for (const std::int64_t count : values)
            blocks_.push_back(
                backend.allocate_host(static_cast<std::size_t>(count) * kernels::size_of(type)));
    }
    void read(std::size_t block, int, const kernels::Matrix& states) override {
        convert(blocks_[block]->data(), type_, states.data, states.type, states.rows * states.columns);
    }
    void write(std::size_t block, int, const kernels::Matrix& states) override {
        convert(states.data, states.type, blocks_[block]->data(), type_, states.rows * states.columns);
    }
    void* in_memory(std::size_t block) override { return blocks_[block]->data(); }
    DType type() const override { return type_; }

 private:
    DType type_;
    std::vector<std::unique_ptr<kernels::Buffer>> blocks_;
};

}  // namespace

void convert(const void* from, DType from_type, void* to, DType to_type, std::int64_t count) {
    const auto* floats = static_cast<const float*>(from);
    const auto* halves = static_cast<const std::uint16_t*>(from);
    if (from_type == to_type)
        std::memcpy(to, from, static_cast<std::size_t>(count) * kernels::size_of(from_type));
    else if (from_type == DType::BF16)
        std::transform(halves, halves + count, static_cast<float*>(to), bf16_to_float);
    else
        std::transform(floats, floats + count, static_cast<std::uint16_t*>(to), float_to_bf16);
}

std::unique_ptr<HiddenStore> make_memory_store(kernels::Backend& backend,
                                               std::span<const std::int64_t> values, DType type) {
    return std::make_unique<MemoryStore>(backend, values, type);
}

}  // namespace corpuscope::longnet
