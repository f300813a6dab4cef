// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/backend.h"

namespace corpuscope::gpu_check {

/// Products in every precision, layer norm, embedding, copies and sums of rows of a backend against the
/// reference. Each prints its lines and returns how many failed.
int check_linear(kernels::Backend& backend);
int check_layer_norm(kernels::Backend& backend);
int check_embed(kernels::Backend& backend);
int check_copies(kernels::Backend& backend);
int check_sums(kernels::Backend& backend);
/// Products called again from a recording, against the same called anew.
int check_recordings(kernels::Backend& backend);

}  // namespace corpuscope::gpu_check
