// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace corpuscope::gpu_check {

/// The kernels of row_moves.cuh, lane by lane on this CPU, against the reference backend. Prints a line a
/// case and returns how many failed.
int check_emulated_rows();

}  // namespace corpuscope::gpu_check
