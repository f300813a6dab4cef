// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "engine/longnet/model.h"
#include "kernels/backend.h"

namespace corpuscope::longnet {

/// The largest block, of `wanted` positions halved as often as needed, whose rows fit half of a backend's
/// free memory at a precision, but not less than a window.
std::int64_t block_that_fits(const kernels::Backend& backend, const Config& config,
                             kernels::Precision precision, std::int64_t wanted);

}  // namespace corpuscope::longnet
