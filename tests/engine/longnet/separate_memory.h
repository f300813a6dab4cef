// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// A backend with memory of its own where there is none: another backend's arithmetic on buffers whose pages
// can be touched during its operations alone, so that the processor's hand on them is a crash, and whose
// operations and copies are done late and in any order that was not forbidden.
#pragma once

#include <memory>

#include "kernels/backend.h"

namespace corpuscope::longnet {

struct SeparateMemoryOptions {
    bool bf16_rows = false;  ///< rows in bf16 precision are bf16
    std::size_t free_memory = std::size_t{1} << 40;
    unsigned seed = 1;            ///< of the order of what is not ordered
    int* replays = nullptr;       ///< counts those of its recordings
    int moves_after_replays = 0;  ///< where > 0: memory of its own moves after so many
};

std::shared_ptr<kernels::Backend> make_separate_memory_backend(std::unique_ptr<kernels::Backend> arithmetic,
                                                               const SeparateMemoryOptions& options = {});

}  // namespace corpuscope::longnet
