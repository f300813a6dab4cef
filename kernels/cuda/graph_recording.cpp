// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/graph_recording.h"

#include <exception>

namespace corpuscope::kernels::cuda {

std::unique_ptr<Recording> GraphRecording::capture(int device, const Stream& stream,
                                                   const std::function<void()>& operations) {
    // Relaxed: what operations ask the runtime on the way (whose memory a pointer is, a kernel's attributes)
    // is not taken for a mistake.
    CORPUSCOPE_CHECK(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeRelaxed));
    bool captured = true;
    try {
        operations();
    } catch (const std::exception&) {
        captured = false;
    }
    cudaGraph_t graph = nullptr;
    captured = cudaStreamEndCapture(stream.get(), &graph) == cudaSuccess && captured;
    cudaGraphExec_t executable = nullptr;
    if (captured) captured = cudaGraphInstantiateWithFlags(&executable, graph, 0) == cudaSuccess;
    if (graph != nullptr) cudaGraphDestroy(graph);
    if (captured) return std::unique_ptr<Recording>(new GraphRecording(device, stream, executable));
    cudaGetLastError();  // it has been dealt with: the next call must not report it
    return nullptr;
}

GraphRecording::~GraphRecording() {
    cudaStreamSynchronize(stream_.get());  // it may still be at work
    cudaGraphExecDestroy(graph_);
}

bool GraphRecording::replay() {
    if (moves_ != stream_.moves()) return false;
    CORPUSCOPE_CHECK(cudaSetDevice(device_));
    CORPUSCOPE_CHECK(cudaGraphLaunch(graph_, stream_.get()));
    return true;
}

}  // namespace corpuscope::kernels::cuda
