// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/device_pointer.h"

#include "kernels/check.h"
#include "kernels/cuda/handles.h"

namespace corpuscope::kernels::cuda {

bool is_device_memory(const void* pointer) {
    cudaPointerAttributes attributes{};
    CORPUSCOPE_CHECK(cudaPointerGetAttributes(&attributes, pointer));
    return attributes.type == cudaMemoryTypeDevice || attributes.type == cudaMemoryTypeManaged;
}

void require_device(const void* pointer, const std::string& what) {
    if (pointer != nullptr && !is_device_memory(pointer)) refuse(what + ": not in the memory of the device");
}

}  // namespace corpuscope::kernels::cuda
