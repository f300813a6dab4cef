// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "kernels/backend.h"
#include "kernels/cuda/handles.h"

namespace corpuscope::kernels::cuda {

/// Kernels that the stream would have been handed one by one, as a CUDA graph. A launch takes the processor
/// some 2.5 us and the device 1 to 2 us between kernels, a node of a graph under 1: what the six layers of a
/// question of twenty tokens take is mostly that. (A block of 65,536 positions keeps the device busy for
/// milliseconds a layer, and its launches are queued meanwhile: a graph of it would gain nothing, and none
/// could be used twice, since every block has places of its own.)
class GraphRecording final : public Recording {
 public:
    /// What `operations` queue on `stream`, without doing it. Null where they cannot be captured: when they
    /// wait for the device, or memory has to move for them.
    static std::unique_ptr<Recording> capture(int device, const Stream& stream,
                                              const std::function<void()>& operations);
    ~GraphRecording() override;
    GraphRecording(const GraphRecording&) = delete;
    GraphRecording& operator=(const GraphRecording&) = delete;

    bool replay() override;

 private:
    GraphRecording(int device, const Stream& stream, cudaGraphExec_t graph)
        : device_(device), stream_(stream), moves_(stream.moves()), graph_(graph) {}

    int device_;
    const Stream& stream_;
    std::uint64_t moves_;  ///< of the stream's memory, when it was captured
    cudaGraphExec_t graph_;
};

}  // namespace corpuscope::kernels::cuda
