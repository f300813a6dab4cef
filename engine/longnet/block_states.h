// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The hidden states of the block that a pass works on, in the backend's memory, and their way to and from
// where they stay between the layers. A pass opens or loads a block, works on its states in place and leaves
// it, one block after another; after the last one of a layer it settles.
#pragma once

#include <memory>

#include "engine/longnet/hidden_store.h"
#include "engine/longnet/sequence.h"
#include "kernels/backend.h"

namespace corpuscope::longnet {

class BlockStates {
 public:
    virtual ~BlockStates() = default;

    /// [block.rows, d_model]: room for the states of a block, with nothing in it yet.
    virtual kernels::Matrix open(std::size_t block) = 0;
    /// The states of a block after `after` layers, which have been kept.
    virtual kernels::Matrix load(std::size_t block, int after) = 0;

    /// What becomes of the states of a block that is left.
    struct Leave {
        std::size_t block = 0;
        int after = 0;          ///< layers that they have been through
        bool keep = false;      ///< to be loaded again
        PassProgress progress;  ///< reached when they are kept; layer < 0: not to be marked
    };
    virtual void leave(const Leave& leave) = 0;
    /// Says which block will be loaded after the one that is worked on, so that its states can be fetched
    /// meanwhile.
    virtual void fetch(std::size_t block, int after) { (void)block, (void)after; }
    /// Can states be loaded again that were left without being kept?
    virtual bool stay() const { return false; }
    /// Waits until all that was left is kept and marked.
    virtual void settle() {}
};

struct StatesShape {
    std::span<const Block> blocks;
    std::int64_t d_model = 0;
    kernels::DType type = kernels::DType::F32;  ///< of the rows that a pass works on
};

/// Where the backend's memory is the host's: three blocks in it at once, as below. `store`, which must
/// outlive the object, may be null where no block is kept; then it is one.
std::unique_ptr<BlockStates> make_host_states(kernels::Backend& backend, const StatesShape& shape,
                                              HiddenStore* store);

/// For a backend with memory of its own: three blocks in it at once, so that one is worked on while the one
/// before it leaves for the store and the next one comes from there.
std::unique_ptr<BlockStates> make_streamed_states(kernels::Backend& backend, const StatesShape& shape,
                                                  HiddenStore* store);

/// For a backend whose memory has room for the states of all blocks: they never leave it.
std::unique_ptr<BlockStates> make_resident_states(kernels::Backend& backend, const StatesShape& shape);

}  // namespace corpuscope::longnet
