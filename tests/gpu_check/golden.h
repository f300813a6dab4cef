// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The golden cases of tests/data/goldens, read without Qt.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "kernels/attention.h"

namespace corpuscope::gpu_check {

/// Every golden file of the folder in CORPUSCOPE_GOLDENS, else of `fallback`, in order of name.
std::vector<std::filesystem::path> golden_files(const std::filesystem::path& fallback);

/// A problem in float32 and its result in float64, stored as float32. `problem` points into the object.
class Golden {
 public:
    explicit Golden(const std::filesystem::path& file);
    Golden(const Golden&) = delete;
    Golden& operator=(const Golden&) = delete;

    std::string name;
    kernels::AttentionProblem problem;
    std::vector<float> expected_out, expected_lse;
    std::vector<float> dout;
    std::vector<float> expected_gradients;  ///< of q, k, v, gates and neighbour bias, one after another

 private:
    std::vector<float> q_, k_, v_, gates_, neighbour_bias_, slopes_, out_, lse_;
    std::vector<std::int32_t> units_;
    std::vector<kernels::Branch> branches_;
    std::vector<kernels::KeyRows> keys_;
};

}  // namespace corpuscope::gpu_check
