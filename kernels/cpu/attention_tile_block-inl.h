// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// A block of keys and values as the right operands of tile products (amx.h) want them, in pairs along the
// sum: keys turned over, values woven in pairs of keys.

#if defined(CORPUSCOPE_KERNELS_CPU_ATTENTION_TILE_BLOCK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_ATTENTION_TILE_BLOCK_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_ATTENTION_TILE_BLOCK_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_ATTENTION_TILE_BLOCK_INL_H_
#endif

#include <algorithm>
#include <array>

#include "hwy/highway.h"
#include "kernels/cpu/amx.h"
#include "kernels/cpu/attention_span-inl.h"
#include "kernels/cpu/bf16-inl.h"
#include "kernels/cpu/transpose-inl.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

/// Lanes of sums of squares of the two numbers of each.
HWY_INLINE FloatVec add_squares(__m512i pairs, FloatVec sums) {
    asm("vdpbf16ps %1, %1, %0" : "+v"(sums.raw) : "v"(pairs));
    return sums;
}

/// 32 numbers of a row, in bf16.
HWY_INLINE __m512i row_part(const void* rows, DType type, std::int64_t element) {
    if (type == DType::BF16) return _mm512_loadu_si512(static_cast<const std::uint16_t*>(rows) + element);
    const FloatTag d;
    const float* from = static_cast<const float*>(rows) + element;
    return NativeRounding::both(hn::LoadU(d, from), hn::LoadU(d, from + kTileSize));
}

/// 32 numbers of a row times a factor, in bf16.
HWY_INLINE __m512i scaled_part(const void* rows, DType type, std::int64_t element, FloatVec scale) {
    const FloatTag d;
    FloatVec low, high;
    if (type == DType::BF16) {
        const std::uint16_t* from = static_cast<const std::uint16_t*>(rows) + element;
        low = load_bf16(d, from);
        high = load_bf16(d, from + kTileSize);
    } else {
        const float* from = static_cast<const float*>(rows) + element;
        low = hn::LoadU(d, from);
        high = hn::LoadU(d, from + kTileSize);
    }
    return NativeRounding::both(hn::Mul(low, scale), hn::Mul(high, scale));
}

/// As keep_from_earlier of float32 rows.
HWY_INLINE void keep_from_earlier(int dim, std::uint16_t* HWY_RESTRICT key,
                                  std::uint16_t* HWY_RESTRICT value) {
    constexpr std::uint16_t kExponent = 0x7f80, kNan = 0x7fc0;
    for (int i = 0; i < dim; ++i) {
        if ((value[i] & kExponent) != kExponent) continue;
        std::fill_n(key, dim, kNan);
        std::fill_n(value, dim, std::uint16_t{0});
        return;
    }
}

inline constexpr std::int64_t kKeyTiles = kKeyBlock / kTileSize;
inline constexpr std::int64_t kKeysOfSum = 2 * kTileSize;  ///< that one product of weights and values adds

/// What is missing to whole products at the end of a block is zeros.
template <int kDim>
class TileBlock {
 public:
    static constexpr std::int64_t kDepths = kDim / 32;          ///< products that a score takes
    static constexpr std::int64_t kColumns = kDim / kTileSize;  ///< tiles side by side that a value fills

    TileBlock(const AttentionProblem& problem, SpanScratch& scratch)
        : type_(problem.type),
          causal_(problem.causal),
          block_(scratch.block),
          keys_(reinterpret_cast<std::uint16_t*>(scratch.key_numbers)),
          values_(reinterpret_cast<std::uint16_t*>(scratch.value_pairs)) {}

    /// Key number block.count and its value. Rows of bf16 stay where they lie until `finish`.
    void take_row(const KeyRows& rows, std::int64_t element) {
        const auto at = as_index(block_.count);
        if (type_ == DType::BF16 && !causal_) {
            key_rows_[at] = static_cast<const std::uint16_t*>(rows.keys) + element;
            value_rows_[at] = static_cast<const std::uint16_t*>(rows.values) + element;
            return;
        }
        const std::int64_t row = block_.count * kDim;
        auto* key = reinterpret_cast<std::uint16_t*>(block_.key_copy) + row;
        auto* value = reinterpret_cast<std::uint16_t*>(block_.value_copy) + row;
        for (std::int64_t k = 0; k < kDim; k += 32) {
            _mm512_store_si512(key + k, row_part(rows.keys, type_, element + k));
            _mm512_store_si512(value + k, row_part(rows.values, type_, element + k));
        }
        if (causal_) keep_from_earlier(kDim, key, value);
        key_rows_[at] = key;
        value_rows_[at] = value;
    }

    /// All rows are there.
    void finish() {
        sums_ = (block_.count + kKeysOfSum - 1) / kKeysOfSum;
        tiles_ = 2 * sums_;
        for (std::int64_t i = block_.count; i < sums_ * kKeysOfSum; ++i) {
            key_rows_[as_index(i)] = value_rows_[as_index(i)] = kZeros.data();
            block_.units[i] = block_.units[block_.count - 1];
            block_.positions[i] = block_.positions[block_.count - 1];
        }
        turn_keys();
        weave_values();
        for (std::int64_t tile = 0; tile < tiles_; ++tile)
            units_[as_index(tile)] = UnitRange(block_.units + tile * kTileSize, kTileSize);
        const std::int64_t left = block_.count - (sums_ - 1) * kKeysOfSum;
        for (std::int64_t i = 0; i < kTileSize; ++i)
            _mm512_store_si512(
                last_ones_.data() + i * 32,
                _mm512_set1_epi32((i < left ? kOne : 0) | (kTileSize + i < left ? kOne << 16 : 0)));
    }

    std::int64_t sums() const { return sums_; }  ///< products of weights and values, one after another
    /// [16 pairs of numbers, 16 keys, 2].
    const std::uint16_t* keys(std::int64_t tile, std::int64_t depth) const {
        return keys_ + (tile * kDepths + depth) * kTileSize * 32;
    }
    /// [16 pairs of keys, 16 numbers, 2]; the next column's follow. A pair are keys i and 16 + i of 32.
    const std::uint16_t* values(std::int64_t sum, std::int64_t column) const {
        return values_ + (sum * kColumns + column) * kTileSize * 32;
    }
    /// One for each key that is there, in the order of values.
    const std::uint16_t* ones(std::int64_t sum) const {
        return (sum + 1 == sums_ ? last_ones_ : kOnes).data();
    }
    const UnitRange& units(std::int64_t tile) const { return units_[as_index(tile)]; }
    float largest() const { return largest_; }  ///< |k|^2; NaN where a key is not finite

 private:
    static constexpr FloatTag kFloats{};
    static constexpr int kOne = 0x3f80;
    alignas(64) static constexpr std::array<std::uint16_t, kDim> kZeros{};
    alignas(64) static constexpr auto kOnes = [] {
        std::array<std::uint16_t, std::size_t{kTileSize} * 32> ones{};
        ones.fill(kOne);
        return ones;
    }();

    static std::size_t as_index(std::int64_t value) { return static_cast<std::size_t>(value); }

    void turn_keys() {
        FloatVec most = hn::Zero(kFloats), poison = most;
        for (std::int64_t tile = 0; tile < tiles_; ++tile) {
            FloatVec squares = hn::Zero(kFloats);
            for (std::int64_t depth = 0; depth < kDepths; ++depth) {
                __m512i rows[kTileSize];
#pragma GCC unroll 16
                for (int i = 0; i < kTileSize; ++i)
                    rows[i] = _mm512_loadu_si512(key_rows_[as_index(tile * kTileSize + i)] + depth * 32);
                transpose_lanes(rows);
                std::uint16_t* to = keys_ + (tile * kDepths + depth) * kTileSize * 32;
#pragma GCC unroll 16
                for (int i = 0; i < kTileSize; ++i) {
                    squares = add_squares(rows[i], squares);
                    _mm512_store_si512(to + i * 32, rows[i]);
                }
            }
            most = hn::Max(most, squares);
            poison = hn::MulAdd(squares, hn::Zero(kFloats), poison);
        }
        // NaN as soon as a key is not finite.
        largest_ = hn::GetLane(hn::MaxOfLanes(kFloats, most)) + hn::GetLane(hn::SumOfLanes(kFloats, poison));
    }

    void weave_values() {
        alignas(64) static constexpr auto kOrder = [] {
            std::array<std::array<std::uint16_t, 32>, 2> order{};
            for (std::size_t half = 0; half < 2; ++half)
                for (std::size_t i = 0; i < 32; ++i)
                    order[half][i] = static_cast<std::uint16_t>(half * 16 + i / 2 + i % 2 * 32);
            return order;
        }();
        const __m512i low = _mm512_load_si512(kOrder[0].data()), high = _mm512_load_si512(kOrder[1].data());
        for (std::int64_t pair = 0; pair < sums_ * kTileSize; ++pair) {
            const std::int64_t key = pair / kTileSize * kKeysOfSum + pair % kTileSize;
            for (std::int64_t part = 0; part < kDepths; ++part) {
                const __m512i even = _mm512_loadu_si512(value_rows_[as_index(key)] + part * 32),
                              odd = _mm512_loadu_si512(value_rows_[as_index(key + kTileSize)] + part * 32);
                std::uint16_t* to =
                    values_ + ((pair / kTileSize * kColumns + 2 * part) * kTileSize + pair % kTileSize) * 32;
                _mm512_store_si512(to, _mm512_permutex2var_epi16(even, low, odd));
                _mm512_store_si512(to + kTileSize * 32, _mm512_permutex2var_epi16(even, high, odd));
            }
        }
    }

    DType type_;
    bool causal_;
    KeyBlock& block_;
    std::uint16_t *keys_, *values_;
    std::array<const std::uint16_t*, kKeyBlock> key_rows_, value_rows_;
    std::array<UnitRange, kKeyTiles> units_;
    alignas(64) std::array<std::uint16_t, std::size_t{kTileSize} * 32> last_ones_;
    float largest_ = 0.0F;
    std::int64_t tiles_ = 0, sums_ = 0;
};

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
