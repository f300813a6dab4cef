// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernels/types.h"

namespace corpuscope::longnet {

/// Where the hidden states of a pass stay between its layers. `after` counts layers: the states after layer 0
/// are 1. Blocks must be gone through as `ascending` says while the states `after` are written and those
/// before them read.
class HiddenStore {
 public:
    virtual ~HiddenStore() = default;
    virtual void read(std::size_t block, int after, std::span<float> states) = 0;
    virtual void write(std::size_t block, int after, std::span<const float> states) = 0;
    static bool ascending(int after) { return after % 2 == 0; }
};

/// In memory: float32, or bf16 in half the room. `values` [blocks]: numbers of each block.
std::unique_ptr<HiddenStore> make_memory_store(std::span<const std::int64_t> values, kernels::DType type);

}  // namespace corpuscope::longnet
