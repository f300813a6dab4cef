// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/backend.h"

#include "kernels/check.h"

namespace corpuscope::kernels {

#ifndef CORPUSCOPE_HAS_CUDA
std::unique_ptr<Backend> make_cuda_backend(int, std::string* why) {
    if (why != nullptr) *why = "this program was built without CUDA";
    return nullptr;
}
#endif

std::unique_ptr<Backend> make_backend(std::string_view name, int threads) {
    if (name == "reference") return make_reference_backend();
    if (name == "cpu") return make_cpu_backend(threads);
    if (name == "cuda") {
        std::string why;
        auto backend = make_cuda_backend(0, &why);
        if (backend == nullptr) refuse("backend cuda: " + why);
        return backend;
    }
    if (name == "auto") {
        auto backend = make_cuda_backend(0);
        return backend != nullptr ? std::move(backend) : make_cpu_backend(threads);
    }
    refuse("no backend is called '" + std::string(name) + "': reference, cpu, cuda and auto are");
}

}  // namespace corpuscope::kernels
