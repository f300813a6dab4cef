// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// A task of the fused attention (attention_task-inl.h) in integers, for callers that multiply in bytes
// anyway. As in attention_panels-inl.h lanes are queries, a panel of 32. Scores are products of bytes
// (attention_int8_scores-inl.h); probabilities have 14 bits, of the largest so far, and values 12, whose
// products vpdpwssd adds up two at a time. No sum can overflow: a panel and a block whose scores might leave
// 16 bits meet in float32.
//
// Not with probabilities in bytes: beside a key that takes most of a query's attention, as [SEP] does, all
// others would be rounded to nothing. Not in bf16: vdpbf16ps makes as many products a second as vpdpwssd and
// keeps 8 bits. Scores in 16 bits with exponentials in float32, rows copied as float32 first and merged four
// at a time: 12 % fewer tokens a second of the whole encoder (Zen 5), at the same cosines to float32.

#if defined(CORPUSCOPE_KERNELS_CPU_ATTENTION_INT8_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CORPUSCOPE_KERNELS_CPU_ATTENTION_INT8_INL_H_
#undef CORPUSCOPE_KERNELS_CPU_ATTENTION_INT8_INL_H_
#else
#define CORPUSCOPE_KERNELS_CPU_ATTENTION_INT8_INL_H_
#endif

#include <algorithm>
#include <array>

#include "hwy/highway.h"
#include "kernels/cpu/attention_int8_rows-inl.h"
#include "kernels/cpu/attention_int8_scores-inl.h"
#include "kernels/cpu/attention_merge-inl.h"
#include "kernels/cpu/attention_span-inl.h"
#include "kernels/cpu/attention_task-inl.h"
#include "kernels/cpu/bf16-inl.h"
#include "kernels/cpu/processor.h"
#include "kernels/cpu/transpose-inl.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

/// mixed [kDim, panel] += (or =, where it is fresh) sums of the weights [keys / 2, panel] of pairs with the
/// values.
template <int kDim>
HWY_INLINE void mix_pairs(const PairValues& values, std::int64_t keys, const std::int32_t* weights,
                          const PanelState& state) {
    constexpr int kRows = 8;
    const FloatTag d;
    const PositionTag di;
    const std::size_t lanes = hn::Lanes(d);
    const FloatVec scale = hn::Set(d, values.scale / (1 << kWeightBits));
    float* mixed = state.mixed;
    for (int row = 0; row < kDim; row += kRows) {
        IntVec32 left[kRows], right[kRows];
#pragma GCC unroll 16
        for (int i = 0; i < kRows; ++i) left[i] = right[i] = hn::Zero(di);
        const std::int32_t* panel = weights;
        for (std::int64_t k = 0; k < (keys + 1) / 2; ++k) {
            const IntVec32 b0 = hn::Load(di, panel), b1 = hn::Load(di, panel + lanes);
            panel += 2 * lanes;
#pragma GCC unroll 16
            for (int i = 0; i < kRows; ++i) {
                const IntVec32 x = hn::Set(di, values.pairs[k * kDim + row + i]);
                add_pair_products(x, b0, left[i]);
                add_pair_products(x, b1, right[i]);
            }
        }
#pragma GCC unroll 16
        for (int i = 0; i < kRows; ++i, mixed += 2 * lanes) {
            FloatVec sum0 = hn::Mul(hn::ConvertTo(d, left[i]), scale),
                     sum1 = hn::Mul(hn::ConvertTo(d, right[i]), scale);
            if (!state.fresh) {
                sum0 = hn::Add(sum0, hn::Load(d, mixed));
                sum1 = hn::Add(sum1, hn::Load(d, mixed + lanes));
            }
            hn::Store(sum0, d, mixed);
            hn::Store(sum1, d, mixed + lanes);
        }
    }
}

/// One panel of queries sees one block of keys.
template <BiasKind kKind, int kDim>
void attend_bytes(const KeyBlock& block, const ByteKeys& keys, const PairValues& values, const StepBias& bias,
                  const StepFactors& factors, const BytePanel& panel, std::int16_t* scores,
                  const PanelState& state) {
    const UnitRange own(panel.units, kKind == BiasKind::Units ? panel_columns() : 1);
    const __m512i factor = factors.vector();
    __m512i most = _mm512_set1_epi16(kNever);
    constexpr int kLarge = 8, kSmall = 4;
    std::int64_t key = 0;
    for (; key + kLarge <= block.count; key += kLarge)
        score_bytes<kLarge, kKind, kDim>(block, keys, key, bias, panel, own, factor, scores, most);
    for (; key < block.count; key += kSmall)
        score_bytes<kSmall, kKind, kDim>(block, keys, key, bias, panel, own, factor, scores, most);
    raise_to_steps(state, most, kDim);
    weigh_steps(scores, block.count, panel, keys.scale, state);
    mix_pairs<kDim>(values, block.count, reinterpret_cast<const std::int32_t*>(scores), state);
}

/// One task, for heads of kDim: 32, 64 or 128. T: float, or std::uint16_t for bf16. No biases but that of
/// units.
template <int kDim, typename T>
class IntegerSpan : public SpanTask<IntegerSpan<kDim, T>> {
    using Task = SpanTask<IntegerSpan<kDim, T>>;
    using Task::p_, Task::panel_, Task::scale_, Task::scratch_, Task::span_;

 public:
    explicit IntegerSpan(const AttentionSpan& span)
        : Task(span),
          keys_{reinterpret_cast<std::uint8_t*>(scratch_.key_numbers), 0.0F},
          values_{scratch_.value_pairs, 0.0F} {}

    void take_queries(std::int64_t count) {
        const std::int64_t panels = panels_of(count);
        auto* space = reinterpret_cast<std::uint8_t*>(scratch_.converted);
        for (std::int64_t first = 0; first < panels * panel_; first += panel_) {
            const T* rows[kPanel];
            for (std::int64_t i = 0; i < kPanel; ++i) {
                this->prefetch(p_.q, this->query_element(std::min(first + i + kRowsAhead, count - 1)));
                rows[i] = query_row(std::min(first + i, count - 1));
            }
            narrow_queries<kDim>(rows, scale_, space, scratch_.query_numbers + first * kDim / 4,
                                 scratch_.query_scales + first, scratch_.query_starts + first);
        }
        std::fill_n(scratch_.largest, panels * panel_, -HUGE_VALF);
        std::fill_n(scratch_.sum, panels * panel_, 0.0F);
        queries_ = count;
    }

    void take_row(const KeyRows& rows, std::int64_t element) {
        const auto at = static_cast<std::size_t>(scratch_.block.count);
        key_rows_[at] = static_cast<const T*>(rows.keys) + element;
        value_rows_[at] = static_cast<const T*>(rows.values) + element;
    }

    void take_block() {
        KeyBlock& block = scratch_.block;
        narrow_keys<kDim>(key_rows_.data(), block.count, keys_);
        narrow_values<kDim>(value_rows_.data(), block.count, values_);
        for (std::int64_t i = block.count; i % kTileRows != 0; ++i) {  // to fill the last tile of keys
            block.units[i] = block.units[block.count - 1];
            block.positions[i] = block.positions[block.count - 1];
        }
        floats_there_ = false;
    }

    void attend(std::int64_t queries, const ScoreBias& bias, bool fresh) {
        const StepBias steps(bias);
        const auto attend_block =
            bias.units ? attend_bytes<BiasKind::Units, kDim> : attend_bytes<BiasKind::None, kDim>;
        for (std::int64_t first = 0; first < panels_of(queries) * panel_; first += panel_) {
            const PanelState state{scratch_.largest + first, scratch_.sum + first,
                                   scratch_.mixed + first * kDim, fresh};
            const BytePanel panel{scratch_.query_numbers + first * kDim / 4, scratch_.query_starts + first,
                                  scratch_.query_scales + first, scratch_.query_units + first};
            const StepFactors factors(panel, keys_.scale, kDim);
            if (factors.fit(steps) && !beyond_steps(state))
                attend_block(scratch_.block, keys_, values_, steps, factors, panel,
                             reinterpret_cast<std::int16_t*>(scratch_.scores), state);
            else
                attend_in_floats(first, bias, state);
        }
    }

    void merge(std::int64_t queries, float gate, float* lse) {
        for (std::int64_t first = 0; first < queries; first += kShareQueries) {
            const std::int64_t count = std::min(kShareQueries, queries - first);
            Shares shares;
            shares.take(scratch_, first, count, gate, lse);
            const float* mixed = scratch_.mixed + first / panel_ * panel_ * kDim + first % panel_;
            for (int k = 0; k < kDim; k += 16) {
                __m512i parts[16];
#pragma GCC unroll 16
                for (int i = 0; i < 16; ++i) parts[i] = _mm512_load_si512(mixed + (k + i) * panel_);
                transpose_lanes(parts);
                for (std::int64_t i = 0; i < count; ++i)
                    if (shares.branch[i] != 0.0F)  // NaN goes in too
                        shares.add(i, FloatVec{_mm512_castsi512_ps(parts[i])},
                                   this->row(span_.begin + scratch_.query_positions[first + i]) + k);
            }
        }
    }

    void store_row(const float* from, std::uint16_t* to) const {
        static const bool native = has_native_bf16();
        const FloatTag d;
        for (int k = 0; k < kDim; k += 32) {
            const FloatVec low = hn::Load(d, from + k), high = hn::Load(d, from + k + 16);
            native ? NativeRounding::store(low, high, d, to + k)
                   : PortableRounding::store(low, high, d, to + k);
        }
    }

 private:
    static constexpr std::int64_t kPanel = 32;

    std::int64_t panels_of(std::int64_t queries) const { return (queries + panel_ - 1) / panel_; }
    const T* query_row(std::int64_t i) const { return static_cast<const T*>(p_.q) + this->query_element(i); }

    /// Whether a block before, in float32, has left a maximum that has no 16 bits.
    static bool beyond_steps(const PanelState& state) {
        const FloatTag d;
        const auto beyond = [&](const float* largest) HWY_ATTR {
            const FloatVec reach = hn::Abs(finite_or_zero(hn::Load(d, largest)));
            return !hn::AllFalse(d, hn::Gt(reach, hn::Set(d, INT16_MAX * kStep)));
        };
        return beyond(state.largest) || beyond(state.largest + hn::Lanes(d));
    }

    void attend_in_floats(std::int64_t first, const ScoreBias& bias, const PanelState& state) {
        if (state.fresh) std::fill_n(state.mixed, panel_ * kDim, 0.0F);
        make_floats();
        float* queries = scratch_.queries;
        for (std::int64_t i = 0; i < panel_; ++i) {
            floats_of(query_row(std::min(first + i, queries_ - 1)), p_.type, kDim, scratch_.converted);
            for (int k = 0; k < kDim; ++k) queries[k * panel_ + i] = scale_ * scratch_.converted[k];
        }
        const auto attend_block =
            bias.units ? HWY_NAMESPACE::attend<BiasKind::Units> : HWY_NAMESPACE::attend<BiasKind::None>;
        attend_block(scratch_.block, bias, queries, scratch_.query_units + first,
                     scratch_.query_positions + first, kDim, kDim, scratch_.scores, state);
    }

    /// The block's rows in float32, up to a whole tile of keys.
    void make_floats() {
        if (floats_there_) return;
        KeyBlock& block = scratch_.block;
        for (std::int64_t i = 0; i < block.count; ++i) {
            float *key = block.key_copy + i * kDim, *value = block.value_copy + i * kDim;
            floats_of(key_rows_[static_cast<std::size_t>(i)], p_.type, kDim, key);
            floats_of(value_rows_[static_cast<std::size_t>(i)], p_.type, kDim, value);
            block.keys[i] = key;
            block.values[i] = value;
        }
        for (std::int64_t i = block.count; i % kTileRows != 0; ++i) {
            block.keys[i] = block.keys[block.count - 1];
            block.values[i] = block.values[block.count - 1];
        }
        floats_there_ = true;
    }

    ByteKeys keys_;
    PairValues values_;
    std::array<const T*, kKeyBlock> key_rows_, value_rows_;
    std::int64_t queries_ = 0;
    bool floats_there_ = false;
};

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
