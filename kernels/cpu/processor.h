// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What this processor does fastest, found at run time.
#pragma once

#include <string>

#include "kernels/types.h"

namespace corpuscope::kernels::cpu {

/// Instruction sets in use and libraries that this build lacks, for people.
std::string describe_processor();

/// Whether the processor multiplies in this precision; others are computed by rounding the operands.
bool has_native(Precision precision);

Precision fastest_precision();

/// Whether products in this precision go to oneDNN rather than to the code here.
bool onednn_is_faster(Precision precision);

/// AVX-512 VNNI, and vectors of AVX-512 in use.
bool has_vnni();

/// AVX-VNNI, which has vectors of AVX2; and these in use.
bool has_avx_vnni();

/// AVX-512 bf16, likewise: float32 is rounded to bf16 in one instruction.
bool has_native_bf16();

}  // namespace corpuscope::kernels::cpu
