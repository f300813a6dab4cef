// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// y = activation(x W^T + b) in int8 and in bf16 on processors with AMX.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/amx_linear.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After it:
#include "hwy/highway.h"
#include "kernels/cpu/tile_halves-inl.h"
#include "kernels/cpu/tile_product-inl.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

void amx_product(const ByteProduct& p, bool with_gelu) { tile_product<AmxTiles>(p, with_gelu); }
void amx_halves(const HalfProduct& p, bool with_gelu) { tile_halves<AmxTiles>(p, with_gelu); }
std::size_t amx_panel_columns() { return kTileBlock; }

#else

void amx_product(const ByteProduct&, bool) {}
void amx_halves(const HalfProduct&, bool) {}
std::size_t amx_panel_columns() { return 0; }

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace corpuscope::kernels::cpu {
HWY_EXPORT(amx_product);
HWY_EXPORT(amx_halves);
HWY_EXPORT(amx_panel_columns);

std::unique_ptr<CpuLinear> make_amx_linear(std::span<const float> weight, std::span<const float> bias,
                                           std::int64_t out_features, std::int64_t in_features,
                                           Precision precision) {
    const auto columns = static_cast<std::int64_t>(HWY_DYNAMIC_DISPATCH(amx_panel_columns)());
    if (columns == 0 || !has_amx() || precision == Precision::F32) return nullptr;
    if (precision == Precision::BF16)
        return make_half_linear({HWY_DYNAMIC_DISPATCH(amx_halves), columns, kTileProductRows, kTileHalvesStep,
                                 tile_halves_scratch},
                                weight, bias, out_features, in_features);
    return make_quad_linear({HWY_DYNAMIC_DISPATCH(amx_product), columns, kTileProductRows, kTileProductStep,
                             tile_product_scratch, true},
                            weight, bias, out_features, in_features);
}

}  // namespace corpuscope::kernels::cpu
#endif
