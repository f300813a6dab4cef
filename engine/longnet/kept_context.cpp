// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/kept_context.h"

#include <stdexcept>
#include <string>

namespace corpuscope::longnet {
namespace {

void require(bool holds, const std::string& what) {
    if (!holds) throw std::invalid_argument("kept context: " + what);
}

void check_rows(const Config& config, const KeptContext& context) {
    require(std::ssize(context.rows) == config.layers, "rows of " + std::to_string(context.rows.size()) +
                                                           " layers, not " + std::to_string(config.layers));
    const std::int64_t values = context.kept_rows(config) * 2 * config.d_model;
    for (const auto& rows : context.rows)
        require(std::ssize(rows) == values,
                "a layer has " + std::to_string(rows.size()) + " values, not " + std::to_string(values));
}

}  // namespace

std::int64_t longest_continuation(std::int64_t length, std::int64_t block) { return 2 * length + 64 * block; }

kernels::Branch first_outer_branch(const Config& config, std::int64_t block) {
    const std::int64_t segment = block * config.branch_growth;
    return {segment, segment / config.window};
}

std::int64_t KeptContext::kept_rows(const Config& config) const {
    const std::int64_t rate = first_outer_branch(config, block).rate;
    return (end(config) + rate - 1) / rate - begin / rate;
}

std::int64_t continuation_begin(const Config& config, std::span<const KeptContext> before) {
    if (before.empty()) return 0;
    const KeptContext& last = before.back();
    return (last.end(config) + last.block - 1) / last.block * last.block;
}

void check_continuation(const Config& config, std::span<const KeptContext> before, std::int64_t block,
                        std::int64_t end) {
    if (before.empty()) return;
    const std::int64_t first = before.front().end(config);
    std::int64_t reached = 0;
    for (const KeptContext& context : before) {
        require(context.block == block, "made in blocks of " + std::to_string(context.block) +
                                            " positions, not " + std::to_string(block));
        require(context.begin >= reached && context.begin % block == 0,
                "begins at position " + std::to_string(context.begin) + " behind " + std::to_string(reached));
        require(context.document.size() == context.filled.size(), "windows without a document");
        for (const std::uint16_t filled : context.filled)
            require(filled <= config.window, std::to_string(filled) + " positions filled in a window of " +
                                                 std::to_string(config.window));
        check_rows(config, context);
        reached = context.end(config);
    }
    const std::int64_t longest = longest_continuation(first, block);
    require(end <= longest, "the sequence would be " + std::to_string(end) + " positions long; at most " +
                                std::to_string(longest) + " continue the first " + std::to_string(first));
}

}  // namespace corpuscope::longnet
