// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/processor.h"

#include "kernels/cpu/amx.h"

#ifdef CORPUSCOPE_HAS_HIGHWAY
#include "hwy/highway.h"
#if HWY_ARCH_X86
#include <cpuid.h>
#endif
#endif
#ifdef CORPUSCOPE_HAS_ONEDNN
#include "kernels/cpu/onednn_linear.h"
#endif

namespace corpuscope::kernels::cpu {
namespace {

struct Features {
    bool avx512 = false, vnni = false, avx_vnni = false, bf16 = false, bytes = false, rounds = false;
};

#if defined(CORPUSCOPE_HAS_HIGHWAY) && HWY_ARCH_X86
/// Leaf 7, subleaf 1, bit 4 of eax (Intel SDM, CPUID); compilers do not know it under one name.
bool processor_has_avx_vnni() {
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    return __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) != 0 && (eax >> 4 & 1U) != 0;
}
#endif

Features find_features() {
    Features found;
#ifdef CORPUSCOPE_HAS_ONEDNN
    const OneDnnFeatures onednn = onednn_features();
    found.avx512 = onednn.avx512;
    found.bf16 = onednn.bf16;
#endif
#if defined(CORPUSCOPE_HAS_HIGHWAY) && HWY_ARCH_X86
    const std::int64_t targets = hwy::SupportedTargets();
    found.bytes = (targets & ~HWY_SCALAR & ~HWY_EMU128) != 0;
    const bool avx512 = (targets & HWY_AVX3) != 0;
    found.vnni = avx512 && __builtin_cpu_supports("avx512vnni") != 0;
    found.avx_vnni = (targets & HWY_AVX2) != 0 && processor_has_avx_vnni();
    found.rounds = avx512 && __builtin_cpu_supports("avx512bf16") != 0;
#endif
    return found;
}

const Features& features() {
    static const Features found = find_features();
    return found;
}

}  // namespace

std::string describe_processor() {
    std::string text;
#ifdef CORPUSCOPE_HAS_HIGHWAY
    const std::int64_t targets = hwy::SupportedTargets() & HWY_TARGETS;  // of those that are built
    const std::int64_t best = targets & -targets;                        // it has the lowest bit
    text = (best & (HWY_AVX3 | HWY_AVX3_DL)) != 0 ? "AVX-512" : hwy::TargetName(best);
#else
    text = "plain C++ (built without Highway)";
#endif
    const Features& found = features();
    if (found.vnni || found.avx_vnni) text += " with VNNI";
    if (has_amx()) text += " and AMX";
#ifndef CORPUSCOPE_HAS_ONEDNN
    text += " (built without oneDNN)";
#endif
    return text;
}

bool has_native(Precision precision) {
    const Features& found = features();
    switch (precision) {
        case Precision::F32:
            return true;
        case Precision::BF16:
            return found.bf16 || has_amx();
        case Precision::Int8:
            return found.vnni || found.bytes;
    }
    return false;
}

/// On two cores, [512..4096, 384] x [384, 1536], oneDNN: with AMX int8 4,400 Gop/s, bf16 3,000, float32 420;
/// with VNNI int8 1,000-1,650, float32 310-410; with AVX2 (Zen 3, one core) int8 150-200, float32 70-85.
Precision fastest_precision() { return has_native(Precision::Int8) ? Precision::Int8 : Precision::F32; }

bool onednn_is_faster(Precision precision) {
    const Features& found = features();
    switch (precision) {
        case Precision::F32:
            return found.avx512;
        case Precision::BF16:
            return found.bf16;
        case Precision::Int8:
            return false;
    }
    return false;
}

bool has_vnni() { return features().vnni; }
bool has_avx_vnni() { return features().avx_vnni; }
bool has_native_bf16() { return features().rounds; }

}  // namespace corpuscope::kernels::cpu
