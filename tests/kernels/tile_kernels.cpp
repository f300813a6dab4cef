// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tests/kernels/tile_kernels.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After it:
#include <vector>

#include "hwy/highway.h"
#include "kernels/cpu/attention.h"
#include "kernels/cpu/attention_task-inl.h"
#include "kernels/cpu/attention_tiles-inl.h"
#include "kernels/cpu/tile_halves-inl.h"
#include "kernels/cpu/tile_product-inl.h"
#include "kernels/host_buffer.h"
#include "tests/kernels/emulated_tiles.h"
#include "tests/kernels/tile_kernels.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::kernels::cpu::HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

void emulated_product(const ByteProduct& p, bool with_gelu) {
    tile_product<test::EmulatedTiles>(p, with_gelu);
}
void emulated_halves(const HalfProduct& p, bool with_gelu) { tile_halves<test::EmulatedTiles>(p, with_gelu); }
std::size_t emulated_columns() { return kTileBlock; }
void emulated_span(const AttentionSpan& span) {
    const int head_dim = span.problem->head_dim;
    if (head_dim == 32) TileSpan<test::EmulatedTiles, 32>(span).run();
    if (head_dim == 64) TileSpan<test::EmulatedTiles, 64>(span).run();
    if (head_dim == 128) TileSpan<test::EmulatedTiles, 128>(span).run();
}

#else

void emulated_product(const ByteProduct&, bool) {}
void emulated_halves(const HalfProduct&, bool) {}
std::size_t emulated_columns() { return 0; }
void emulated_span(const AttentionSpan&) {}

#endif

}  // namespace corpuscope::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace corpuscope::kernels::cpu {
HWY_EXPORT(emulated_product);
HWY_EXPORT(emulated_halves);
HWY_EXPORT(emulated_columns);
HWY_EXPORT(emulated_span);
}  // namespace corpuscope::kernels::cpu

namespace corpuscope::kernels::test {

using namespace cpu;

bool processor_can_emulate_tiles() {
#if HWY_ARCH_X86
    return HWY_DYNAMIC_DISPATCH(emulated_columns)() != 0 && __builtin_cpu_supports("avx512bf16") != 0 &&
           __builtin_cpu_supports("avx512vbmi") != 0;
#else
    return false;
#endif
}

std::unique_ptr<CpuLinear> make_emulated_linear(std::span<const float> weight, std::span<const float> bias,
                                                std::int64_t out_features, std::int64_t in_features,
                                                Precision precision) {
    const auto columns = static_cast<std::int64_t>(HWY_DYNAMIC_DISPATCH(emulated_columns)());
    if (precision == Precision::BF16)
        return make_half_linear({HWY_DYNAMIC_DISPATCH(emulated_halves), columns, kTileProductRows,
                                 kTileHalvesStep, tile_halves_scratch},
                                weight, bias, out_features, in_features);
    return make_quad_linear({HWY_DYNAMIC_DISPATCH(emulated_product), columns, kTileProductRows,
                             kTileProductStep, tile_product_scratch},
                            weight, bias, out_features, in_features);
}

void emulated_attention(const AttentionProblem& p) {
    std::vector<float> bias;
    tabulate_distances(p, bias);
    const std::int64_t end = p.query_begin + p.queries;
    HostBuffer scratch(SpanScratch(nullptr, p.head_dim, 2 * kTileSize).bytes);
    for (int head = 0; head < p.heads; ++head)
        for (std::int64_t begin = p.query_begin; begin < end;) {
            const std::int64_t next = std::min(end, (begin / kSpan + 1) * kSpan);
            HWY_DYNAMIC_DISPATCH(emulated_span)
            ({&p, bias.empty() ? nullptr : bias.data(), Arithmetic::Tiles, begin, next, head,
              static_cast<std::byte*>(scratch.data())});
            begin = next;
        }
}

}  // namespace corpuscope::kernels::test
#endif
