// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The instructions that the kernels are made of. Under nvcc they are PTX or intrinsics; any other compiler
// sees declarations alone, which tests/gpu_check/lane_emulator.cpp defines, so that the kernels also run lane
// by lane on a CPU.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#ifdef __CUDACC__
#define CORPUSCOPE_DEVICE __device__ __forceinline__
#else
#define CORPUSCOPE_DEVICE inline
#endif

namespace corpuscope::kernels::cuda {

inline constexpr unsigned kAllLanes = 0xffffffffu;

#ifdef __CUDACC__

CORPUSCOPE_DEVICE int thread_index() { return static_cast<int>(threadIdx.x); }
CORPUSCOPE_DEVICE std::int64_t block_index() { return blockIdx.x; }
CORPUSCOPE_DEVICE std::int64_t block_count() { return gridDim.x; }
CORPUSCOPE_DEVICE void sync_block() { __syncthreads(); }
CORPUSCOPE_DEVICE void sync_warp() { __syncwarp(); }

CORPUSCOPE_DEVICE float shuffle(float value, int lane) { return __shfl_sync(kAllLanes, value, lane); }
CORPUSCOPE_DEVICE int shuffle(int value, int lane) { return __shfl_sync(kAllLanes, value, lane); }
CORPUSCOPE_DEVICE std::int64_t shuffle(std::int64_t value, int lane) {
    return __shfl_sync(kAllLanes, static_cast<long long>(value), lane);
}
CORPUSCOPE_DEVICE float shuffle_xor(float value, int mask) { return __shfl_xor_sync(kAllLanes, value, mask); }
CORPUSCOPE_DEVICE int shuffle_xor(int value, int mask) { return __shfl_xor_sync(kAllLanes, value, mask); }
CORPUSCOPE_DEVICE bool any_lane(bool value) { return __any_sync(kAllLanes, value) != 0; }

/// The same value, of which the compiler knows nothing: what is computed from it stays where it is written,
/// instead of being kept in registers across a loop.
CORPUSCOPE_DEVICE int opaque(int value) {
    asm volatile("" : "+r"(value));
    return value;
}

/// 2^x to 2 ulp; 2^-inf is 0.
CORPUSCOPE_DEVICE float power_of_two(float x) {
    float y;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}

/// Two floats rounded to bf16, `low` in the lower half.
CORPUSCOPE_DEVICE std::uint32_t pack_bf16(float low, float high) {
    std::uint32_t packed;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(packed) : "f"(high), "f"(low));
    return packed;
}

CORPUSCOPE_DEVICE float bits_to_float(std::uint32_t bits) { return __uint_as_float(bits); }

CORPUSCOPE_DEVICE std::uint32_t shared_address(const void* pointer) {
    return static_cast<std::uint32_t>(__cvta_generic_to_shared(pointer));
}

/// Starts copying 16 bytes to shared memory; zeros instead where !valid (`from` is then not read).
CORPUSCOPE_DEVICE void copy_async_16(void* to, const void* from, bool valid) {
    asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], 16, %2;" ::"r"(shared_address(to)),
                 "l"(from), "r"(valid ? 16 : 0)
                 : "memory");
}
CORPUSCOPE_DEVICE void copy_async_4(void* to, const void* from, bool valid) {
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" ::"r"(shared_address(to)), "l"(from),
                 "r"(valid ? 4 : 0)
                 : "memory");
}
CORPUSCOPE_DEVICE void commit_copies() { asm volatile("cp.async.commit_group;" ::: "memory"); }

/// Waits until at most `Pending` of this thread's latest groups of copies are under way.
template <int Pending>
CORPUSCOPE_DEVICE void wait_for_copies() {
    asm volatile("cp.async.wait_group %0;" ::"n"(Pending) : "memory");
}

/// Four 8 × 8 matrices of bf16: lane l names row l % 8 of matrix l / 8, and gets of each matrix row l / 4,
/// columns 2 (l % 4) and the next; transposed: column l / 4, rows 2 (l % 4) and the next.
CORPUSCOPE_DEVICE void load_matrices(std::uint32_t (&r)[4], const void* row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(shared_address(row))
                 : "memory");
}
CORPUSCOPE_DEVICE void load_matrices_transposed(std::uint32_t (&r)[4], const void* row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(shared_address(row))
                 : "memory");
}

/// c [16 × 8] += a [16 × 16] b [16 × 8], bf16 with float32 sums. Lane l holds of c rows l / 4 and l / 4 + 8,
/// columns 2 (l % 4) and the next.
CORPUSCOPE_DEVICE void multiply_add(float (&c)[4], const std::uint32_t (&a)[4], std::uint32_t b0,
                                    std::uint32_t b1) {
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
        "{%0, %1, %2, %3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

#else

int thread_index();
std::int64_t block_index();
std::int64_t block_count();
void sync_block();
void sync_warp();
float shuffle(float value, int lane);
int shuffle(int value, int lane);
std::int64_t shuffle(std::int64_t value, int lane);
float shuffle_xor(float value, int mask);
int shuffle_xor(int value, int mask);
bool any_lane(bool value);
inline int opaque(int value) { return value; }
float power_of_two(float x);
std::uint32_t pack_bf16(float low, float high);
float bits_to_float(std::uint32_t bits);
void copy_async_16(void* to, const void* from, bool valid);
void copy_async_4(void* to, const void* from, bool valid);
void commit_copies();
void wait_for_copies(int pending);
template <int Pending>
void wait_for_copies() {
    wait_for_copies(Pending);
}
void load_matrices(std::uint32_t (&r)[4], const void* row);
void load_matrices_transposed(std::uint32_t (&r)[4], const void* row);
void multiply_add(float (&c)[4], const std::uint32_t (&a)[4], std::uint32_t b0, std::uint32_t b1);

#endif

/// 8 and 16 bytes that move in one access.
struct alignas(8) FloatPair {
    float first, second;
};
struct alignas(8) WordPair {
    std::uint32_t first, second;
};
struct alignas(16) FloatFour {
    float values[4];
};
struct alignas(16) Vector16 {
    std::uint32_t words[4];
};

CORPUSCOPE_DEVICE float low_bf16(std::uint32_t pair) { return bits_to_float(pair << 16); }
CORPUSCOPE_DEVICE float high_bf16(std::uint32_t pair) { return bits_to_float(pair & 0xffff0000u); }

CORPUSCOPE_DEVICE int min_of(int a, int b) { return a < b ? a : b; }
CORPUSCOPE_DEVICE int max_of(int a, int b) { return a > b ? a : b; }
CORPUSCOPE_DEVICE float max_of(float a, float b) { return fmaxf(a, b); }

CORPUSCOPE_DEVICE float sum_over_warp(float value) {
    for (int mask = 16; mask > 0; mask /= 2) value += shuffle_xor(value, mask);
    return value;
}

}  // namespace corpuscope::kernels::cuda
