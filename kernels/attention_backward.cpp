// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/attention_backward.h"

#include <string>

#include "kernels/check.h"

namespace corpuscope::kernels {
namespace {

void check_stride(const char* name, const void* data, std::int64_t rows, std::int64_t stride,
                  std::int64_t width) {
    if (data != nullptr && rows > 1 && stride < width)
        refuse(std::string(name) + ": stride " + std::to_string(stride) + " is less than the " +
               std::to_string(width) + " of a row");
}

/// Sharing memory is safe where the same row means the same positions, so that one thread at a time has it.
bool same_layout(const AttentionProblem& p, std::size_t a, std::size_t b) {
    const KeyRows &x = p.keys[a], &y = p.keys[b];
    if (x.first != y.first || x.kept_only != y.kept_only) return false;
    return !x.kept_only || p.branches[a].rate == p.branches[b].rate;
}

void check_sharing(const AttentionProblem& p, const AttentionGradients& g) {
    for (std::size_t a = 0; a < g.dkeys.size(); ++a)
        for (std::size_t b = 0; b < a; ++b) {
            const bool shared = (g.dkeys[a].keys != nullptr && g.dkeys[a].keys == g.dkeys[b].keys) ||
                                (g.dkeys[a].values != nullptr && g.dkeys[a].values == g.dkeys[b].values);
            if (shared && (!same_layout(p, a, b) || g.dkeys[a].stride != g.dkeys[b].stride))
                refuse("branches " + std::to_string(b) + " and " + std::to_string(a) +
                       " share key gradients, but their key rows are laid out differently");
        }
}

}  // namespace

void check_attention_backward(const AttentionProblem& p, const AttentionGradients& g) {
    check_attention(p);
    if (p.queries == 0) return;
    if (!p.heads_side_by_side()) refuse("attention backward takes heads side by side in a row");
    if (p.lse == nullptr) refuse("attention backward without the lse of the forward call");
    if (g.dout == nullptr) refuse("attention backward without the gradient of its result");
    const std::int64_t width = std::int64_t{p.heads} * p.head_dim;
    check_stride("gradient of the result", g.dout, p.queries, g.dout_stride, width);
    check_stride("gradient of the queries", g.dq, p.queries, g.dq_stride, width);
    if (!g.dkeys.empty() && g.dkeys.size() != p.keys.size())
        refuse("number of key gradients is " + std::to_string(g.dkeys.size()) + ", not " +
               std::to_string(p.keys.size()));
    for (std::size_t b = 0; b < g.dkeys.size(); ++b) {
        const std::int64_t key_width = std::int64_t{p.kv_heads} * p.head_dim;
        check_stride("gradient of keys", g.dkeys[b].keys, p.keys[b].rows, g.dkeys[b].stride, key_width);
        check_stride("gradient of values", g.dkeys[b].values, p.keys[b].rows, g.dkeys[b].stride, key_width);
    }
    check_sharing(p, g);
    const auto needs = [](const float* gradient, bool given, const char* name) {
        if (gradient != nullptr && !given)
            refuse("a gradient of " + std::string(name) + " is asked for, but the problem has none");
    };
    needs(g.dneighbour_bias, p.neighbour_bias != nullptr, "the neighbour bias");
    needs(g.dalibi_slopes, p.alibi_slopes != nullptr, "the ALiBi slopes");
    needs(g.drelative_bias, p.relative_bias.table != nullptr, "the relative bias");
}

}  // namespace corpuscope::kernels
