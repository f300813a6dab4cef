// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "kernels/backend.h"
#include "kernels/check.h"
#include "kernels/cpu/attention.h"
#include "kernels/cpu/attention_backward.h"
#include "kernels/cpu/cpu_linear.h"
#include "kernels/cpu/processor.h"
#include "kernels/cpu/rows.h"
#include "kernels/host_buffer.h"
#include "kernels/reference/attention.h"
#include "kernels/reference/attention_backward.h"
#include "kernels/reference/rows.h"

namespace corpuscope::kernels {
namespace {

#ifdef CORPUSCOPE_HAS_HIGHWAY
bool of_one_type(const Matrix& x, const Matrix& residual, const Matrix& y) {
    return x.type == y.type && (residual.data == nullptr || residual.type == x.type);
}
#endif

class CpuBackend final : public Backend {
 public:
    explicit CpuBackend(int threads) : workers_(threads) {}

    std::string_view name() const override { return "cpu"; }
    std::string description() const override {
        return cpu::describe_processor() + ", " + std::to_string(workers_.threads()) +
               (workers_.threads() == 1 ? " thread" : " threads");
    }
    bool supports(Precision precision) const override { return cpu::has_native(precision); }
    Precision fastest_precision() const override { return cpu::fastest_precision(); }

    std::unique_ptr<Buffer> allocate(std::size_t bytes) override {
        return std::make_unique<HostBuffer>(bytes);
    }
    void upload(void* to, const void* from, std::size_t bytes) override {
        if (bytes > 0) std::memcpy(to, from, bytes);
    }
    void download(void* to, const void* from, std::size_t bytes) override {
        if (bytes > 0) std::memcpy(to, from, bytes);
    }
    void synchronize() override {}
    void clear(void* data, std::size_t bytes) override {
#ifdef CORPUSCOPE_HAS_HIGHWAY
        cpu::clear(data, bytes, workers_);
#else
        if (bytes > 0) std::memset(data, 0, bytes);
#endif
    }
    void copy(std::span<const MatrixCopy> copies) override {
        check_copies(copies);
#ifdef CORPUSCOPE_HAS_HIGHWAY
        cpu::copy(copies, workers_);
#else
        reference::copy(copies);
#endif
    }
    /// Bytes leave less than bf16 keeps, and rows of half the length that much less to wait for.
    DType row_type(Precision precision) const override {
        return precision == Precision::Int8 ? DType::BF16 : DType::F32;
    }
    int threads() const override { return workers_.threads(); }
    void for_each(std::int64_t count, const std::function<void(std::int64_t, int)>& work) override {
        workers_.for_each(count, work);
    }

    std::unique_ptr<Linear> make_linear(std::span<const float> weight, std::span<const float> bias,
                                        std::int64_t out_features, std::int64_t in_features,
                                        Precision precision) override {
        check_weight(weight, bias, out_features, in_features);
        return cpu::make_linear(weight, bias, out_features, in_features, precision, workers_);
    }

    void linear(const Linear& linear, const Matrix& x, const Matrix& y, Activation activation) override {
        check_linear(linear, x, y, attention_type(linear.precision()));
        const auto* own = dynamic_cast<const cpu::CpuLinear*>(&linear);
        if (own == nullptr) refuse("a linear of another backend");
        own->multiply(x, y, activation, workers_);
    }

    void linear_in_parts(const Linear& linear, const Matrix& x, const ColumnParts& y,
                         const Matrix& space) override {
        check_linear(linear, x, space, attention_type(linear.precision()));
        check_parts(y, space);
        const auto* own = dynamic_cast<const cpu::CpuLinear*>(&linear);
        if (own == nullptr || !own->multiply_parts(x, y, workers_))
            Backend::linear_in_parts(linear, x, y, space);
    }

    void attention(const AttentionProblem& problem) override {
        check_attention(problem);
        check_gates(problem);
#ifdef CORPUSCOPE_HAS_HIGHWAY
        if (cpu::fused_attention_takes(problem)) return cpu::fused_attention(problem, workers_);
#endif
        reference::attention(problem);
    }

    void attention_backward(const AttentionProblem& problem, const AttentionGradients& gradients) override {
        check_attention_backward(problem, gradients);
        check_gates(problem);
#ifdef CORPUSCOPE_HAS_HIGHWAY
        cpu::fused_attention_backward(problem, gradients, workers_);
#else
        reference::attention_backward(problem, gradients);
#endif
    }

    void add_layer_norm(const Matrix& x, const Matrix& residual, const float* gamma, const float* beta,
                        float epsilon, const Matrix& y) override {
        check_layer_norm(x, residual, gamma, beta, epsilon, y);
#ifdef CORPUSCOPE_HAS_HIGHWAY
        if (of_one_type(x, residual, y))
            return cpu::add_layer_norm({x, residual, gamma, beta, epsilon, y}, workers_);
#endif
        reference::add_layer_norm(x, residual, gamma, beta, epsilon, y);
    }

    void embed(std::span<const std::int32_t> ids, std::span<const std::int32_t> position,
               const Matrix& tokens, const Matrix& positions, const float* segment_row,
               const Matrix& y) override {
        check_embed(ids, position, tokens, positions, y);
#ifdef CORPUSCOPE_HAS_HIGHWAY
        if (tokens.type == DType::F32 && positions.type == DType::F32)
            return cpu::embed(ids, position, tokens, positions, segment_row, y, workers_);
#endif
        reference::embed(ids, position, tokens, positions, segment_row, y);
    }

    void sum_rows(const Matrix& x, std::span<const RowRange> ranges, const Matrix& y) override {
        check_sum_rows(x, ranges, y);
        reference::sum_rows(x, ranges, y);
    }

 private:
    cpu::Workers workers_;
};

}  // namespace

std::unique_ptr<Backend> make_cpu_backend(int threads) {
    if (threads < 0) refuse("threads must not be negative, not " + std::to_string(threads));
    return std::make_unique<CpuBackend>(threads);
}

}  // namespace corpuscope::kernels
