// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "kernels/backend.h"

namespace corpuscope::gpu_check {

/// A problem in host memory, with everything that it points to copied to a backend's memory.
class DeviceProblem {
 public:
    DeviceProblem(kernels::Backend& backend, const kernels::AttentionProblem& host);
    DeviceProblem(const DeviceProblem&) = delete;
    DeviceProblem& operator=(const DeviceProblem&) = delete;

    kernels::AttentionProblem problem;
    /// Computes it, and copies out and lse to where the host's problem points.
    void compute_and_download();
    /// Adds the gradients to what is in the host memory that `host` points to.
    void differentiate_and_download(const kernels::AttentionGradients& host);

 private:
    template <typename T>
    T* uploaded(T* host, std::int64_t bytes);

    /// Float32 arrays in the backend's memory and where each is to be copied.
    struct Gradient {
        float* host;
        float* device;
        std::int64_t bytes;
    };
    float* gradient(float* host, std::int64_t count);

    kernels::Backend& backend_;
    kernels::AttentionProblem host_;
    std::vector<std::unique_ptr<kernels::Buffer>> buffers_;
    std::vector<kernels::KeyRows> keys_;
    std::vector<Gradient> gradients_;
};

}  // namespace corpuscope::gpu_check
