// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/int8_weights.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After it:
#include <algorithm>
#include <cmath>
#include <limits>

#include "hwy/highway.h"
#include "kernels/cpu/int8_weights.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

namespace hn = hwy::HWY_NAMESPACE;
// Four lanes on every instruction set: a group is two lanes of the first half of a step, two of the second.
using StepTag = hn::FixedTag<float, 4>;
using StepVec = hn::Vec<StepTag>;

/// A step's eight weights.
struct Step {
    StepVec first, second;
};

/// Sums of both groups: lanes 0 and 1 hold that of the one, lanes 2 and 3 that of the other.
HWY_INLINE StepVec group_sums(StepVec first, StepVec second) {
    const StepVec halves = hn::Add(first, second);
    return hn::Add(halves, hn::Shuffle2301(halves));
}

HWY_INLINE StepVec larger_side(const Step& step) {
    const StepVec zero = hn::Zero(StepTag());
    const StepVec above = group_sums(hn::Max(step.first, zero), hn::Max(step.second, zero));
    const StepVec below = group_sums(hn::Min(step.first, zero), hn::Min(step.second, zero));
    return hn::Max(above, hn::Neg(below));
}

/// Takes what is too much off the weights of one sign, from each an equal share as far as it has it.
void reduce(float* values, float sign) {
    static constexpr int kGroups[2][4] = {{0, 1, 4, 5}, {2, 3, 6, 7}};
    for (const auto& group : kGroups) {
        float excess = -static_cast<float>(kGroupLimit);
        float left = 0.0F;
        for (const int i : group) {
            excess += std::max(sign * values[i], 0.0F);
            left += sign * values[i] > 0.0F ? 1.0F : 0.0F;
        }
        while (excess > 0.0F) {
            const float share = std::max(std::floor(excess / left), 1.0F);
            for (const int i : group) {
                if (sign * values[i] <= 0.0F || excess <= 0.0F) continue;
                const float taken = std::min({sign * values[i], share, excess});
                values[i] -= sign * taken;
                excess -= taken;
                if (values[i] == 0.0F) left -= 1.0F;
            }
        }
    }
}

HWY_INLINE Step round_step(const Step& step, float inverse) {
    const StepTag d;
    const StepVec most = hn::Set(d, 127.0F), least = hn::Set(d, -127.0F), factor = hn::Set(d, inverse);
    Step rounded{hn::Min(hn::Max(hn::Round(hn::Mul(step.first, factor)), least), most),
                 hn::Min(hn::Max(hn::Round(hn::Mul(step.second, factor)), least), most)};
    const auto limit = hn::Set(d, static_cast<float>(kGroupLimit));
    if (hn::AllTrue(d, hn::Le(larger_side(rounded), limit))) return rounded;
    alignas(16) float values[kByteStep];
    hn::Store(rounded.first, d, values);
    hn::Store(rounded.second, d, values + 4);
    reduce(values, 1.0F);
    reduce(values, -1.0F);
    return {hn::Load(d, values), hn::Load(d, values + 4)};
}

HWY_INLINE Step load_step(const float* weights) {
    const StepTag d;
    return {hn::LoadU(d, weights), hn::LoadU(d, weights + 4)};
}

/// The scale that cuts nothing short: 0 where all weights are, not finite where a weight is not.
float largest_scale(const float* weights, std::int64_t whole, const Step& rest) {
    const StepTag d;
    StepVec group = larger_side(rest), single = hn::Max(hn::Abs(rest.first), hn::Abs(rest.second));
    StepVec poison = hn::Mul(hn::Add(rest.first, rest.second), hn::Zero(d));
    for (std::int64_t i = 0; i < whole; i += kByteStep) {
        const Step step = load_step(weights + i);
        group = hn::Max(group, larger_side(step));
        single = hn::Max(single, hn::Max(hn::Abs(step.first), hn::Abs(step.second)));
        poison = hn::MulAdd(step.first, hn::Zero(d), hn::MulAdd(step.second, hn::Zero(d), poison));
    }
    const float scale = std::max(hn::GetLane(hn::MaxOfLanes(d, group)) / static_cast<float>(kGroupLimit),
                                 hn::GetLane(hn::MaxOfLanes(d, single)) / 127.0F);
    return scale + hn::GetLane(hn::SumOfLanes(d, poison));
}

/// What is expected of a scale: rounding costs scale^2 / 12 a weight; a group whose one side is e too large
/// has e taken off two weights, which costs e^2 / 2. Groups are seen in two lanes each.
float best_scale(const float* weights, std::int64_t whole, float most) {
    constexpr int kScales = 10;
    constexpr float kFiner = 0.95F;
    const StepTag d;
    const StepVec zero = hn::Zero(d);
    float scales[kScales] = {most};
    for (int i = 1; i < kScales; ++i) scales[i] = kFiner * scales[i - 1];
    StepVec cut[kScales];
    for (StepVec& sum : cut) sum = zero;
    for (std::int64_t i = 0; i < whole; i += kByteStep) {
        const Step step = load_step(weights + i);
        const StepVec above = group_sums(hn::Max(step.first, zero), hn::Max(step.second, zero));
        const StepVec below = group_sums(hn::Min(step.first, zero), hn::Min(step.second, zero));
        for (int k = 0; k < kScales; ++k) {
            const StepVec limit = hn::Set(d, static_cast<float>(kGroupLimit) * scales[k]);
            const StepVec a = hn::Max(hn::Sub(above, limit), zero), b = hn::Min(hn::Add(below, limit), zero);
            cut[k] = hn::MulAdd(a, a, hn::MulAdd(b, b, cut[k]));
        }
    }
    float best = most, least = std::numeric_limits<float>::infinity();
    for (int k = 0; k < kScales; ++k) {
        const float error = scales[k] * scales[k] * static_cast<float>(whole) / 12.0F +
                            0.25F * hn::GetLane(hn::SumOfLanes(d, cut[k]));
        if (error >= least) continue;
        least = error;
        best = scales[k];
    }
    return best;
}

HWY_INLINE void store_step(const Step& step, std::int8_t* to) {
    const hn::Rebind<std::int32_t, StepTag> d32;
    const hn::Rebind<std::int8_t, StepTag> d8;
    hn::StoreU(hn::DemoteTo(d8, hn::ConvertTo(d32, step.first)), d8, to);
    hn::StoreU(hn::DemoteTo(d8, hn::ConvertTo(d32, step.second)), d8, to + 4);
}

float round_weights(const float* weights, std::int64_t inputs, std::int64_t padded, std::int8_t* bytes) {
    // Below it a scale's inverse would leave float32.
    constexpr float kSmallest = 1e-32F;
    const std::int64_t whole = inputs / kByteStep * kByteStep;
    float tail[kByteStep] = {};
    std::copy(weights + whole, weights + inputs, tail);
    const Step rest = load_step(tail);
    const float most = largest_scale(weights, whole, rest);
    if (!std::isfinite(most) || most < kSmallest) {
        std::fill_n(bytes, padded, std::int8_t{0});
        return std::isfinite(most) ? 1.0F : std::numeric_limits<float>::quiet_NaN();
    }
    const float scale = best_scale(weights, whole, most), inverse = 1.0F / scale;
    for (std::int64_t i = 0; i < whole; i += kByteStep)
        store_step(round_step(load_step(weights + i), inverse), bytes + i);
    if (whole < padded) store_step(round_step(rest, inverse), bytes + whole);
    return scale;
}

#else  // There is no product of bytes either.

float round_weights(const float*, std::int64_t, std::int64_t, std::int8_t*) { return 0.0F; }

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace corpuscope::kernels::cpu {
HWY_EXPORT(round_weights);

float round_output(const float* weights, std::int64_t inputs, std::int64_t padded, std::int8_t* bytes) {
    return HWY_DYNAMIC_DISPATCH(round_weights)(weights, inputs, padded, bytes);
}

}  // namespace corpuscope::kernels::cpu
#endif
