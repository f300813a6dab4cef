// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/search/sign_codes.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After it:
#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "engine/search/sign_codes.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace corpuscope::search::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

void scores_of_block(const std::uint8_t* table, std::int64_t groups, const std::uint8_t* codes,
                     std::uint16_t* sums) {
    constexpr std::int64_t kHalf = SignCodes::kBlock / 2;
    std::fill_n(sums, SignCodes::kBlock, std::uint16_t{0});
    for (std::int64_t g = 0; g < groups; ++g, table += 16, codes += kHalf) {
        for (std::int64_t b = 0; b < kHalf; ++b) {
            sums[b] = static_cast<std::uint16_t>(sums[b] + table[codes[b] & 15]);
            sums[kHalf + b] = static_cast<std::uint16_t>(sums[kHalf + b] + table[codes[b] >> 4]);
        }
    }
}

#else

/// Sums of one block's rows in 16 bits; the sums of eight groups fit a byte.
void scores_of_block(const std::uint8_t* HWY_RESTRICT table, std::int64_t groups,
                     const std::uint8_t* HWY_RESTRICT codes, std::uint16_t* HWY_RESTRICT sums) {
    constexpr std::int64_t kHalf = SignCodes::kBlock / 2, kGroupsInByte = 255 / SignCodes::kMostOfGroup;
    const hn::CappedTag<std::uint8_t, kHalf> d8;
    const hn::Half<decltype(d8)> half8;
    const hn::Rebind<std::uint16_t, decltype(half8)> d16;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d8));
    const auto low_bits = hn::Set(d8, 15);
    for (std::int64_t first = 0; first < kHalf; first += lanes) {
        auto wide = [&](std::uint16_t* to, auto bytes, bool is_first) HWY_ATTR {
            auto lower = hn::PromoteTo(d16, hn::LowerHalf(half8, bytes));
            auto upper = hn::PromoteTo(d16, hn::UpperHalf(half8, bytes));
            if (!is_first) {
                lower = hn::Add(lower, hn::LoadU(d16, to));
                upper = hn::Add(upper, hn::LoadU(d16, to + lanes / 2));
            }
            hn::StoreU(lower, d16, to);
            hn::StoreU(upper, d16, to + lanes / 2);
        };
        for (std::int64_t begin = 0; begin < groups; begin += kGroupsInByte) {
            auto low = hn::Zero(d8), high = hn::Zero(d8);
            for (std::int64_t g = begin; g < std::min(groups, begin + kGroupsInByte); ++g) {
                const auto entries = hn::LoadDup128(d8, table + 16 * g);
                const auto both = hn::LoadU(d8, codes + g * kHalf + first);
                low = hn::Add(low, hn::TableLookupBytes(entries, hn::And(both, low_bits)));
                high = hn::Add(high, hn::TableLookupBytes(entries, hn::ShiftRight<4>(both)));
            }
            wide(sums + first, low, begin == 0);
            wide(sums + kHalf + first, high, begin == 0);
        }
    }
}

#endif

}  // namespace corpuscope::search::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace corpuscope::search {
HWY_EXPORT(scores_of_block);

SignCodes::SignCodes(std::int64_t dimension) : dimension_(dimension), groups_((dimension + 3) / 4) {}

void SignCodes::reserve(std::int64_t rows) {
    codes_.reserve(static_cast<std::size_t>((rows + kBlock - 1) / kBlock * groups_ * kBlock / 2));
}

void SignCodes::add(const float* row) {
    const std::int64_t in_block = size_ % kBlock;
    const auto block_bytes = static_cast<std::size_t>(groups_ * kBlock / 2);
    if (in_block == 0) codes_.resize(codes_.size() + block_bytes);
    std::uint8_t* code = codes_.data() + codes_.size() - block_bytes + in_block % (kBlock / 2);
    const int shift = in_block < kBlock / 2 ? 0 : 4;
    const auto put = [&](int bits) {
        *code = static_cast<std::uint8_t>(*code | bits << shift);
        code += kBlock / 2;
    };
    const auto plus = [&](std::int64_t i) { return std::signbit(row[i]) ? 0 : 1; };
    std::int64_t i = 0;
    for (; i + 4 <= dimension_; i += 4) put(plus(i) | plus(i + 1) << 1 | plus(i + 2) << 2 | plus(i + 3) << 3);
    int bits = 0;
    for (int place = 0; i < dimension_; ++i, ++place) bits |= plus(i) << place;
    if (dimension_ % 4 != 0) put(bits);
    ++size_;
}

SignCodes::Table SignCodes::table(std::span<const float> question) const {
    const auto groups = static_cast<std::size_t>(groups_);
    std::vector<std::array<float, 4>> values(groups);
    float reach = 0;  // of a group's sum, to either side
    for (std::size_t g = 0; g < groups; ++g) {
        float sum = 0;
        for (std::size_t i = 4 * g; i < std::min(4 * g + 4, question.size()); ++i) {
            values[g][i - 4 * g] = question[i];
            sum += std::abs(question[i]);
        }
        reach = std::max(reach, sum);
    }
    Table table(16 * groups);
    if (reach == 0) return table;
    for (std::size_t g = 0; g < groups; ++g) {
        for (unsigned signs = 0; signs < 16; ++signs) {
            float sum = 0;
            for (unsigned i = 0; i < 4; ++i) sum += (signs >> i & 1) != 0 ? values[g][i] : -values[g][i];
            table[16 * g + signs] =
                static_cast<std::uint8_t>(std::lrint((sum / reach + 1) / 2 * kMostOfGroup));
        }
    }
    return table;
}

void SignCodes::scores(const Table& table, std::int64_t begin, std::int64_t end, float* out) const {
    std::array<std::uint16_t, kBlock> sums;
    for (; begin < end; begin += kBlock) {
        HWY_DYNAMIC_DISPATCH(scores_of_block)
        (table.data(), groups_, codes_.data() + begin * groups_ / 2, sums.data());
        out = std::copy_n(sums.data(), std::min(kBlock, end - begin), out);
    }
}

}  // namespace corpuscope::search
#endif
