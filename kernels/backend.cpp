// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/backend.h"

#include <vector>

#include "kernels/check.h"

namespace corpuscope::kernels {

namespace {

/// For backends whose calls return when the work is done: so does a copy.
class ImmediateCopies final : public CopyQueue {
 public:
    explicit ImmediateCopies(Backend& backend) : backend_(backend) {}
    void upload(void* to, const void* from, std::size_t bytes) override { backend_.upload(to, from, bytes); }
    void download(void* to, const void* from, std::size_t bytes) override {
        backend_.download(to, from, bytes);
    }
    void follow() override {}
    void lead() override {}
    void wait() override {}

 private:
    Backend& backend_;
};

}  // namespace

std::unique_ptr<CopyQueue> Backend::make_copy_queue() { return std::make_unique<ImmediateCopies>(*this); }

void Backend::linear_in_parts(const Linear& linear, const Matrix& x, const ColumnParts& y,
                              const Matrix& space) {
    check_parts(y, space);
    this->linear(linear, x, space, Activation::None);
    const ColumnParts from = ColumnParts::of(space, y.count);
    static thread_local std::vector<MatrixCopy> copies;  // no allocation from the second call on
    copies.clear();
    for (std::int64_t i = 0; i < y.count; ++i) copies.push_back({from.part(i), y.part(i)});
    copy(copies);
}

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
