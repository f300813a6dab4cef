// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernels/backend.h"

namespace corpuscope::longnet {

/// How far a pass has come: `finished` blocks of `layer`, in the order in which its blocks are gone through.
struct PassProgress {
    std::int32_t layer = 0;
    std::int64_t finished = 0;
};

/// Where the hidden states of a pass stay between its layers. `after` counts layers: the states after layer 0
/// are 1. Blocks must be gone through as `ascending` says while the states `after` are written and those
/// before them read. A block may be read on one thread while the one before it is written on another.
class HiddenStore {
 public:
    virtual ~HiddenStore() = default;
    /// `states` [rows of the block, d_model]: consecutive rows of F32 or BF16 in host memory, converted where
    /// they are stored as the other.
    virtual void read(std::size_t block, int after, const kernels::Matrix& states) = 0;
    virtual void write(std::size_t block, int after, const kernels::Matrix& states) = 0;
    /// Where a block's states stay as they are, in memory of Backend::allocate_host; null where they do not.
    virtual void* in_memory(std::size_t block) {
        (void)block;
        return nullptr;
    }
    virtual kernels::DType type() const = 0;
    static bool ascending(int after) { return after % 2 == 0; }

    /// Whether what is written outlives the process. If so, a pass also writes its outer rows at the start of
    /// each layer and marks each block.
    virtual bool persistent() const { return false; }
    virtual PassProgress progress() const { return {}; }
    virtual void mark(const PassProgress&) {}
    /// Bytes of the outer rows of a layer from `begin` on.
    virtual void read_outer(int, std::int64_t begin, std::span<std::byte>) { (void)begin; }
    virtual void write_outer(int, std::int64_t begin, std::span<const std::byte>) { (void)begin; }
};

/// Converts `count` numbers, F32 or BF16 each; copies where the types are the same.
void convert(const void* from, kernels::DType from_type, void* to, kernels::DType to_type,
             std::int64_t count);

/// In host memory: float32, or bf16 in half the room. `values` [blocks]: numbers of each block.
std::unique_ptr<HiddenStore> make_memory_store(kernels::Backend& backend,
                                               std::span<const std::int64_t> values, kernels::DType type);

/// In the file "hidden-states" of `folder` (created), from which a pass with the same `key` goes on after a
/// kill; the file of another key is overwritten. `outer_bytes`: size of the outer rows of each
/// of `layers` layers.
/// Throws NoRoomError where there is no room, std::runtime_error where another process works on it; both name
/// the file.
std::unique_ptr<HiddenStore> make_scratch_store(const std::filesystem::path& folder, const std::string& key,
                                                std::span<const std::int64_t> values, int layers,
                                                std::int64_t outer_bytes, kernels::DType type);

}  // namespace corpuscope::longnet
