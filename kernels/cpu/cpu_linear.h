// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>

#include "kernels/backend.h"
#include "kernels/cpu/workers.h"

namespace corpuscope::kernels::cpu {

/// A linear layer of this backend; each implementation multiplies with another library or instruction set.
class CpuLinear : public Linear {
 public:
    virtual void multiply(const Matrix& x, const Matrix& y, Activation activation,
                          Workers& workers) const = 0;
    /// As Backend::linear_in_parts; false, with nothing done, where the kernel cannot.
    virtual bool multiply_parts(const Matrix&, const ColumnParts&, Workers&) const { return false; }
};

/// How a product is cut: tiles of rows that stay in the level-2 cache, and where there are fewer of them than
/// threads, groups of columns besides.
struct ProductCut {
    std::int64_t rows = 0;  ///< of a tile
    std::int64_t tiles = 0;
    std::int64_t groups = 1;        ///< of column panels
    std::int64_t group_panels = 0;  ///< in a group
};
ProductCut cut_product(std::int64_t rows, std::int64_t tile_rows, std::int64_t panels, int threads);

/// The fastest way that this build and processor have. Weights are checked.
std::unique_ptr<CpuLinear> make_linear(std::span<const float> weight, std::span<const float> bias,
                                       std::int64_t out_features, std::int64_t in_features,
                                       Precision precision, Workers& workers);

/// float32, and bf16 by rounding the operands, with Highway.
std::unique_ptr<CpuLinear> make_float_linear(std::span<const float> weight, std::span<const float> bias,
                                             std::int64_t out_features, std::int64_t in_features,
                                             Precision precision);

/// int8 and bf16 with AMX. Null where the processor has none, and for float32.
std::unique_ptr<CpuLinear> make_amx_linear(std::span<const float> weight, std::span<const float> bias,
                                           std::int64_t out_features, std::int64_t in_features,
                                           Precision precision);

/// int8 with AVX-512 VNNI. Null where the processor has none.
std::unique_ptr<CpuLinear> make_vnni_linear(std::span<const float> weight, std::span<const float> bias,
                                            std::int64_t out_features, std::int64_t in_features);

/// int8 with AVX-VNNI: what make_int8_linear gives, to the bit, with fewer instructions. Null where the
/// processor has none.
std::unique_ptr<CpuLinear> make_avx_vnni_linear(std::span<const float> weight, std::span<const float> bias,
                                                std::int64_t out_features, std::int64_t in_features,
                                                Workers& workers);

/// int8 with Highway. Null where this instruction set has no product of bytes.
std::unique_ptr<CpuLinear> make_int8_linear(std::span<const float> weight, std::span<const float> bias,
                                            std::int64_t out_features, std::int64_t in_features,
                                            Workers& workers);

}  // namespace corpuscope::kernels::cpu
