// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "kernels/backend.h"
#include "kernels/check.h"
#include "kernels/host_buffer.h"
#include "kernels/reference/attention.h"
#include "kernels/reference/attention_backward.h"
#include "kernels/reference/linear.h"
#include "kernels/reference/rows.h"

namespace corpuscope::kernels {
namespace {

class ReferenceBackend final : public Backend {
 public:
    std::string_view name() const override { return "reference"; }
    std::string description() const override { return "plain C++, slow and exact"; }
    bool supports(Precision) const override { return true; }
    Precision fastest_precision() const override { return Precision::F32; }

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
        if (bytes > 0) std::memset(data, 0, bytes);
    }
    void copy(std::span<const MatrixCopy> copies) override {
        check_copies(copies);
        reference::copy(copies);
    }

    std::unique_ptr<Linear> make_linear(std::span<const float> weight, std::span<const float> bias,
                                        std::int64_t out_features, std::int64_t in_features,
                                        Precision precision) override {
        check_weight(weight, bias, out_features, in_features);
        return std::make_unique<reference::ReferenceLinear>(weight, bias, out_features, in_features,
                                                            precision);
    }

    void linear(const Linear& linear, const Matrix& x, const Matrix& y, Activation activation) override {
        check_linear(linear, x, y, attention_type(linear.precision()));
        const auto* own = dynamic_cast<const reference::ReferenceLinear*>(&linear);
        if (own == nullptr) refuse("a linear of another backend");
        own->multiply(x, y, activation);
    }

    void attention(const AttentionProblem& problem) override {
        check_attention(problem);
        check_gates(problem);
        reference::attention(problem);
    }

    void attention_backward(const AttentionProblem& problem, const AttentionGradients& gradients) override {
        check_attention_backward(problem, gradients);
        check_gates(problem);
        reference::attention_backward(problem, gradients);
    }

    void add_layer_norm(const Matrix& x, const Matrix& residual, const float* gamma, const float* beta,
                        float epsilon, const Matrix& y) override {
        check_layer_norm(x, residual, gamma, beta, epsilon, y);
        reference::add_layer_norm(x, residual, gamma, beta, epsilon, y);
    }

    void embed(std::span<const std::int32_t> ids, std::span<const std::int32_t> position,
               const Matrix& tokens, const Matrix& positions, const float* segment_row,
               const Matrix& y) override {
        check_embed(ids, position, tokens, positions, y);
        reference::embed(ids, position, tokens, positions, segment_row, y);
    }

    void sum_rows(const Matrix& x, std::span<const RowRange> ranges, const Matrix& y) override {
        check_sum_rows(x, ranges, y);
        reference::sum_rows(x, ranges, y);
    }
};

}  // namespace

std::unique_ptr<Backend> make_reference_backend() { return std::make_unique<ReferenceBackend>(); }

}  // namespace corpuscope::kernels
