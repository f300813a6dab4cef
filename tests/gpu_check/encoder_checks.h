// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "kernels/backend.h"

namespace corpuscope::gpu_check {

/// The default model over the golden sequence in every precision, hidden states resident, streamed from
/// memory and from a file, and computed again. Prints a line a case and returns how many failed.
int check_encoder(const std::shared_ptr<kernels::Backend>& backend);

/// Prints how fast the encoder reads a million tokens, how much of the backend's memory that takes, and how
/// long a question takes.
void print_encoder_benchmark(const std::shared_ptr<kernels::Backend>& backend);

}  // namespace corpuscope::gpu_check
