// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/check.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace corpuscope::kernels {
namespace {

std::string number(float value) { return std::to_string(value); }

template <typename T>
void require_positive(const char* name, T value) {
    if (value <= 0) refuse(std::string(name) + " must be positive, not " + std::to_string(value));
}

void check_matrix(const char* name, const Matrix& m, bool float_only = false) {
    const std::string prefix = std::string(name) + ": ";
    if (m.rows < 0 || m.columns < 0)
        refuse(prefix + "negative shape [" + std::to_string(m.rows) + ", " + std::to_string(m.columns) + "]");
    if (m.rows > 1 && m.stride < m.columns)
        refuse(prefix + "stride " + std::to_string(m.stride) + " is less than its " +
               std::to_string(m.columns) + " columns");
    if (m.rows > 0 && m.columns > 0 && m.data == nullptr) refuse(prefix + "no data");
    if (m.type != DType::F32 && (float_only || m.type != DType::BF16))
        refuse(prefix + "element type is not supported");
}

void require_equal(const char* what, std::int64_t got, std::int64_t expected) {
    if (got != expected)
        refuse(std::string(what) + " is " + std::to_string(got) + ", not " + std::to_string(expected));
}

/// Positions of keys that queries [begin, end) can see in a branch: from the start of the first one's segment
/// to the end of the last one's, or to the last one itself where later keys are hidden.
void check_keys(const AttentionProblem& p, std::size_t index, std::int64_t from, std::int64_t to) {
    const KeyRows& keys = p.keys[index];
    const std::string prefix = "keys of branch " + std::to_string(index) + ": ";
    if (keys.keys == nullptr && keys.values == nullptr && p.gates != nullptr)
        return;  // a gate may close the branch
    if (keys.keys == nullptr || keys.values == nullptr) refuse(prefix + "no data");
    const std::int64_t width = keys.head_stride != 0 ? p.head_dim : std::int64_t{p.kv_heads} * p.head_dim;
    if (keys.stride < width)
        refuse(prefix + "stride " + std::to_string(keys.stride) + " is less than the " +
               std::to_string(width) + " of a row");
    if (keys.kept_only) {
        const Branch& branch = p.branches[index];
        if (branch.segment % branch.rate != 0)
            refuse(prefix + "kept rows alone need a rate that divides the segment, not " +
                   std::to_string(branch.rate) + " of " + std::to_string(branch.segment));
        if (p.kv_heads != p.heads)
            refuse(prefix + "kept rows alone need kv_heads == heads, not " + std::to_string(p.kv_heads));
        from /= branch.rate;
        to = (to + branch.rate - 1) / branch.rate;
    }
    if (keys.first > from || keys.first + keys.rows < to)
        refuse(prefix + "rows [" + std::to_string(keys.first) + ", " +
               std::to_string(keys.first + keys.rows) + ") do not cover [" + std::to_string(from) + ", " +
               std::to_string(to) + ")");
}

void check_options(const AttentionProblem& p) {
    if (!(p.dropout >= 0.0F && p.dropout < 1.0F))
        refuse("dropout must be in [0, 1), not " + number(p.dropout));
    if (!std::isfinite(p.scale)) refuse("scale must be finite, not " + number(p.scale));
    if (p.layer < 0) refuse("layer must not be negative, not " + std::to_string(p.layer));
    if (p.relative_bias.table != nullptr) {
        if (p.relative_bias.buckets < 2 || p.relative_bias.buckets % 2 != 0)
            refuse("relative bias buckets must be even and at least 2, not " +
                   std::to_string(p.relative_bias.buckets));
        if (p.relative_bias.max_distance <= p.relative_bias.buckets / 2)
            refuse("relative bias max_distance must exceed half its buckets, not " +
                   std::to_string(p.relative_bias.max_distance));
    }
    if (p.block_mask.allowed != nullptr) {
        require_positive("block mask: block", p.block_mask.block);
        const std::int64_t blocks = (p.length + p.block_mask.block - 1) / p.block_mask.block;
        if (p.block_mask.columns < blocks)
            refuse("block mask: columns must be at least " + std::to_string(blocks) + ", not " +
                   std::to_string(p.block_mask.columns));
    }
}

void check_dynamic(const AttentionProblem& p) {
    const std::int64_t block = p.dynamic_sparse.block;
    require_positive("dynamic sparse: block", block);
    require_positive("dynamic sparse: top_k", p.dynamic_sparse.top_k);
    const std::int64_t end = p.query_begin + p.queries;
    if (p.query_begin % block != 0 || (end % block != 0 && end != p.length))
        refuse("dynamic sparse: queries [" + std::to_string(p.query_begin) + ", " + std::to_string(end) +
               ") must be whole blocks of " + std::to_string(block));
    if (p.keys[p.branches.size()].kept_only) refuse("dynamic sparse: its keys must be dense");
}

}  // namespace

void refuse(const std::string& what) { throw std::invalid_argument(what); }

void check_attention(const AttentionProblem& p) {
    if (p.length < 0 || p.queries < 0 || p.query_begin < 0 || p.query_begin + p.queries > p.length)
        refuse("queries [" + std::to_string(p.query_begin) + ", " +
               std::to_string(p.query_begin + p.queries) + ") are not inside the length " +
               std::to_string(p.length));
    require_positive("heads", p.heads);
    require_positive("kv_heads", p.kv_heads);
    require_positive("head_dim", p.head_dim);
    if (p.heads % p.kv_heads != 0)
        refuse("kv_heads must divide heads, not " + std::to_string(p.kv_heads) + " of " +
               std::to_string(p.heads));
    if (p.type != DType::F32 && p.type != DType::BF16) refuse("attention takes F32 or BF16 elements only");
    const bool dynamic = p.dynamic_sparse.block != 0;
    if (p.branches.empty() && !dynamic) refuse("attention without a branch");
    require_equal("number of key row sets", static_cast<std::int64_t>(p.keys.size()),
                  static_cast<std::int64_t>(p.branches.size()) + (dynamic ? 1 : 0));
    for (const Branch& branch : p.branches) {
        require_positive("segment", branch.segment);
        require_positive("rate", branch.rate);
    }
    check_options(p);
    if (p.queries == 0) return;
    if (p.q == nullptr || p.out == nullptr)
        refuse("attention without queries or without room for its result");
    const std::int64_t width = std::int64_t{p.heads} * p.head_dim,
                       query_width = p.q_head_stride != 0 ? p.head_dim : width;
    if (p.queries > 1 && (p.q_stride < query_width || p.out_stride < width))
        refuse("query stride " + std::to_string(p.q_stride) + " or result stride " +
               std::to_string(p.out_stride) + " is less than the " + std::to_string(width) + " of a row");
    const std::int64_t end = p.query_begin + p.queries;
    for (std::size_t b = 0; b < p.branches.size(); ++b) {
        const std::int64_t segment = p.branches[b].segment;
        const std::int64_t last =
            (end - 1) / segment * segment + std::min(segment, p.length - (end - 1) / segment * segment);
        check_keys(p, b, p.query_begin / segment * segment, p.causal ? end : last);
    }
    if (dynamic) {
        check_dynamic(p);
        check_keys(p, p.branches.size(), 0, p.length);
    }
}

void check_gates(const AttentionProblem& p) {
    if (p.gates == nullptr) return;
    for (std::size_t b = 0; b < p.keys.size(); ++b)
        for (int h = 0; h < p.heads; ++h) {
            const float gate = p.gates[b * static_cast<std::size_t>(p.heads) + static_cast<std::size_t>(h)];
            const std::string which = "gate of branch " + std::to_string(b) + ", head " + std::to_string(h);
            if (std::isnan(gate) || gate == INFINITY)
                refuse(which + " must be finite or -inf, not " + number(gate));
            if (gate != -INFINITY && p.queries > 0 && p.keys[b].keys == nullptr)
                refuse(which + " is open, but the branch has no keys");
        }
}

void check_weight(std::span<const float> weight, std::span<const float> bias, std::int64_t out_features,
                  std::int64_t in_features) {
    require_positive("out_features", out_features);
    require_positive("in_features", in_features);
    require_equal("size of the weight", static_cast<std::int64_t>(weight.size()), out_features * in_features);
    if (!bias.empty())
        require_equal("size of the bias", static_cast<std::int64_t>(bias.size()), out_features);
}

void check_linear(const Linear& linear, const Matrix& x, const Matrix& y, DType rows) {
    check_matrix("linear input", x);
    check_matrix("linear result", y);
    const bool takes_bf16 = linear.precision() == Precision::BF16 || rows == DType::BF16;
    if (!takes_bf16 && (x.type != DType::F32 || y.type != DType::F32))
        refuse("only a bf16 linear takes and gives bf16");
    require_equal("columns of the linear input", x.columns, linear.in_features());
    require_equal("columns of the linear result", y.columns, linear.out_features());
    require_equal("rows of the linear result", y.rows, x.rows);
}

void check_parts(const ColumnParts& parts, const Matrix& whole) {
    check_matrix("part of a linear result", parts.first);
    check_matrix("linear result", whole);
    require_equal("columns of the parts", parts.columns(), whole.columns);
    require_equal("rows of the parts", parts.first.rows, whole.rows);
    if (parts.first.type != whole.type) refuse("parts of another type than the linear result");
}

void check_layer_norm(const Matrix& x, const Matrix& residual, const float* gamma, const float* beta,
                      float epsilon, const Matrix& y) {
    check_matrix("layer norm input", x);
    check_matrix("layer norm result", y);
    require_equal("rows of the layer norm result", y.rows, x.rows);
    require_equal("columns of the layer norm result", y.columns, x.columns);
    if (residual.data != nullptr) {
        check_matrix("layer norm residual", residual);
        require_equal("rows of the layer norm residual", residual.rows, x.rows);
        require_equal("columns of the layer norm residual", residual.columns, x.columns);
    }
    if (x.columns > 0 && (gamma == nullptr || beta == nullptr)) refuse("layer norm without gamma or beta");
    if (!(epsilon >= 0.0F)) refuse("layer norm epsilon must not be negative, not " + number(epsilon));
}

void check_embed(std::span<const std::int32_t> ids, std::span<const std::int32_t> position,
                 const Matrix& tokens, const Matrix& positions, const Matrix& y) {
    check_matrix("token table", tokens);
    check_matrix("position table", positions);
    check_matrix("embedding result", y);
    require_equal("number of positions", static_cast<std::int64_t>(position.size()),
                  static_cast<std::int64_t>(ids.size()));
    require_equal("rows of the embedding result", y.rows, static_cast<std::int64_t>(ids.size()));
    require_equal("columns of the token table", tokens.columns, y.columns);
    require_equal("columns of the position table", positions.columns, y.columns);
}

void check_copies(std::span<const MatrixCopy> copies) {
    for (const auto& [from, to] : copies) {
        check_matrix("source of a copy", from);
        check_matrix("result of a copy", to);
        require_equal("rows of the result of a copy", to.rows, from.rows);
        require_equal("columns of the result of a copy", to.columns, from.columns);
    }
}

void check_sum_rows(const Matrix& x, std::span<const RowRange> ranges, const Matrix& y) {
    check_matrix("rows to sum", x);
    check_matrix("sums of rows", y, true);
    require_equal("rows of the sums", y.rows, static_cast<std::int64_t>(ranges.size()));
    require_equal("columns of the sums", y.columns, x.columns);
    for (const auto& [begin, count] : ranges)
        if (begin < 0 || count < 0 || begin + count > x.rows)
            refuse("rows [" + std::to_string(begin) + ", " + std::to_string(begin + count) +
                   ") to sum are not inside the " + std::to_string(x.rows));
}

}  // namespace corpuscope::kernels
