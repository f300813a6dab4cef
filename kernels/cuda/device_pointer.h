// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace corpuscope::kernels::cuda {

bool is_device_memory(const void* pointer);

/// Throws std::invalid_argument naming `what` unless the pointer is null or to device memory: a kernel that
/// follows a host pointer would bring down every later call as well.
void require_device(const void* pointer, const std::string& what);

}  // namespace corpuscope::kernels::cuda
