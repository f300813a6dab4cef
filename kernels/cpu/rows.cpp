// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/rows.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After it:
#include <algorithm>
#include <cmath>
#include <cstring>

#include "hwy/highway.h"
#include "kernels/check.h"
#include "kernels/cpu/bf16-inl.h"
#include "kernels/cpu/processor.h"
#include "kernels/cpu/rows.h"
#include "kernels/reference/rows.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using RowTag = hn::ScalableTag<float>;
using RowVec = hn::Vec<RowTag>;

HWY_INLINE RowVec load(const float* from) { return hn::LoadU(RowTag(), from); }
HWY_INLINE RowVec load(const std::uint16_t* from) { return load_bf16(RowTag(), from); }
HWY_INLINE float load_one(const float* from) { return *from; }
HWY_INLINE float load_one(const std::uint16_t* from) { return from_bf16(*from); }
template <class Rounding>
HWY_INLINE void store(RowVec value, float* to) {
    hn::StoreU(value, RowTag(), to);
}
template <class Rounding>
HWY_INLINE void store(RowVec value, std::uint16_t* to) {
    Rounding::store(value, RowTag(), to);
}
HWY_INLINE void store_one(float value, float* to) { *to = value; }
HWY_INLINE void store_one(float value, std::uint16_t* to) { *to = to_bf16(value); }

/// Sums of what f gives for the vectors of a row, in four chains: one would wait for its last sum.
template <class F>
HWY_INLINE float sum_vectors(std::int64_t whole, const F& f) {
    const RowTag d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    RowVec a = hn::Zero(d), b = a, c = a, e = a;
    std::int64_t i = 0;
    for (; i + 4 * lanes <= whole; i += 4 * lanes) {
        a = f(i, a);
        b = f(i + lanes, b);
        c = f(i + 2 * lanes, c);
        e = f(i + 3 * lanes, e);
    }
    for (; i < whole; i += lanes) a = f(i, a);
    return hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(a, b), hn::Add(c, e))));
}

/// One row: y = normalized(x + residual) * gamma + beta. `sums` [columns]: x + residual between the passes.
/// Tried: the row of 384 in registers between the passes: no faster, it waits for the sums across lanes.
template <class Rounding, typename T>
void norm_row(const T* x, const T* residual, const float* HWY_RESTRICT gamma, const float* HWY_RESTRICT beta,
              float epsilon, std::int64_t columns, float* HWY_RESTRICT sums, T* y) {
    const RowTag d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    const std::int64_t whole = columns / lanes * lanes;
    float sum = sum_vectors(whole, [&](std::int64_t i, RowVec so_far) HWY_ATTR {
        RowVec v = load(x + i);
        if (residual != nullptr) v = hn::Add(v, load(residual + i));
        hn::StoreU(v, d, sums + i);
        return hn::Add(so_far, v);
    });
    for (std::int64_t i = whole; i < columns; ++i)
        sum += sums[i] = load_one(x + i) + (residual != nullptr ? load_one(residual + i) : 0.0F);
    const float mean = sum / static_cast<float>(columns);
    const RowVec means = hn::Set(d, mean);
    float square = sum_vectors(whole, [&](std::int64_t i, RowVec so_far) HWY_ATTR {
        const RowVec v = hn::Sub(hn::LoadU(d, sums + i), means);
        return hn::MulAdd(v, v, so_far);
    });
    for (std::int64_t i = whole; i < columns; ++i) square += (sums[i] - mean) * (sums[i] - mean);
    const float inverse = 1.0F / std::sqrt(square / static_cast<float>(columns) + epsilon);
    const RowVec factor = hn::Set(d, inverse);
    for (std::int64_t i = 0; i < whole; i += lanes) {
        const RowVec v = hn::Mul(hn::Sub(hn::LoadU(d, sums + i), means), factor);
        store<Rounding>(hn::MulAdd(v, hn::LoadU(d, gamma + i), hn::LoadU(d, beta + i)), y + i);
    }
    for (std::int64_t i = whole; i < columns; ++i)
        store_one((sums[i] - mean) * inverse * gamma[i] + beta[i], y + i);
}

template <class Rounding>
void norm_row_of(const LayerNorm& norm, std::int64_t row, float* sums) {
    const auto normalize = [&]<typename T>(const T*) HWY_ATTR {
        norm_row<Rounding, T>(norm.x.row<T>(row),
                              norm.residual.data != nullptr ? norm.residual.row<T>(row) : nullptr, norm.gamma,
                              norm.beta, norm.epsilon, norm.x.columns, sums, norm.y.row<T>(row));
    };
    if (norm.x.type == DType::F32)
        normalize(static_cast<const float*>(nullptr));
    else
        normalize(static_cast<const std::uint16_t*>(nullptr));
}

void norm_portably(const LayerNorm& norm, std::int64_t row, float* sums) {
    norm_row_of<PortableRounding>(norm, row, sums);
}
void norm_natively(const LayerNorm& norm, std::int64_t row, float* sums) {
    norm_row_of<NativeRounding>(norm, row, sums);
}

template <typename T>
HWY_INLINE void sum_tables(const float* token, const float* position, const float* segment,
                           std::int64_t columns, T* y) {
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(RowTag()));
    std::int64_t i = 0;
    for (; i + lanes <= columns; i += lanes) {
        RowVec v = hn::Add(load(token + i), load(position + i));
        if (segment != nullptr) v = hn::Add(v, load(segment + i));
        store<PortableRounding>(v, y + i);
    }
    for (; i < columns; ++i)
        store_one(token[i] + position[i] + (segment != nullptr ? segment[i] : 0.0F), y + i);
}

/// Rows of one type: too short for the call that copies of unknown length make. Tried: stores past the
/// caches, which spare reading what they overwrite: no faster.
void copy_rows(const MatrixCopy& copy) {
    const hn::ScalableTag<std::uint8_t> d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    const std::int64_t bytes = copy.from.columns * static_cast<std::int64_t>(size_of(copy.from.type));
    for (std::int64_t row = 0; row < copy.from.rows; ++row) {
        const auto* from = static_cast<const std::uint8_t*>(copy.from.at(row, 0));
        auto* to = static_cast<std::uint8_t*>(copy.to.at(row, 0));
        std::int64_t i = 0;
        for (; i + lanes <= bytes; i += lanes) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
        for (; i < bytes; ++i) to[i] = from[i];
    }
}

void embed_row(const float* token, const float* position, const float* segment, const Matrix& y,
               std::int64_t row) {
    if (y.type == DType::F32)
        sum_tables(token, position, segment, y.columns, y.row<float>(row));
    else
        sum_tables(token, position, segment, y.columns, y.row<std::uint16_t>(row));
}

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace corpuscope::kernels::cpu {
HWY_EXPORT(norm_portably);
HWY_EXPORT(norm_natively);
HWY_EXPORT(embed_row);
HWY_EXPORT(copy_rows);

constexpr std::int64_t kRowsAtOnce = 64;

void add_layer_norm(const LayerNorm& norm, Workers& workers) {
    const auto normalize =
        has_native_bf16() ? HWY_DYNAMIC_DISPATCH(norm_natively) : HWY_DYNAMIC_DISPATCH(norm_portably);
    workers.run(norm.x.rows, kRowsAtOnce, static_cast<std::size_t>(norm.x.columns) * sizeof(float),
                [&](std::int64_t row, std::byte* scratch) {
                    normalize(norm, row, reinterpret_cast<float*>(scratch));
                });
}

void embed(std::span<const std::int32_t> ids, std::span<const std::int32_t> position, const Matrix& tokens,
           const Matrix& positions, const float* segment_row, const Matrix& y, Workers& workers) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (ids[i] >= tokens.rows)
            refuse("token id " + std::to_string(ids[i]) + " of " + std::to_string(tokens.rows));
        if (ids[i] >= 0 && (position[i] < 0 || position[i] >= positions.rows))
            refuse("position " + std::to_string(position[i]) + " of " + std::to_string(positions.rows));
    }
    const auto sum = HWY_DYNAMIC_DISPATCH(embed_row);
    workers.run(y.rows, kRowsAtOnce, 0, [&](std::int64_t row, std::byte*) {
        const auto at = static_cast<std::size_t>(row);
        if (ids[at] < 0)
            std::memset(y.at(row, 0), 0, static_cast<std::size_t>(y.columns) * size_of(y.type));
        else
            sum(tokens.row<float>(ids[at]), positions.row<float>(position[at]), segment_row, y, row);
    });
}

void copy(std::span<const MatrixCopy> copies, Workers& workers) {
    constexpr std::int64_t kCopiesAtOnce = 16;
    const auto copy_alike = HWY_DYNAMIC_DISPATCH(copy_rows);
    workers.run(std::ssize(copies), kCopiesAtOnce, 0, [&](std::int64_t i, std::byte*) {
        const MatrixCopy& copy = copies[static_cast<std::size_t>(i)];
        copy.from.type == copy.to.type ? copy_alike(copy) : reference::copy({&copy, 1});
    });
}

void clear(void* data, std::size_t bytes, Workers& workers) {
    constexpr std::size_t kPiece = std::size_t{1} << 20;
    workers.run(static_cast<std::int64_t>((bytes + kPiece - 1) / kPiece), 1, 0,
                [&](std::int64_t i, std::byte*) {
                    const std::size_t begin = static_cast<std::size_t>(i) * kPiece;
                    std::memset(static_cast<std::byte*>(data) + begin, 0, std::min(kPiece, bytes - begin));
                });
}

}  // namespace corpuscope::kernels::cpu
#endif
