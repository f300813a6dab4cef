// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/reference/visible_keys.h"

#include <algorithm>
#include <cmath>

#include "kernels/bf16.h"
#include "kernels/philox.h"
#include "kernels/reference/block_selection.h"

namespace corpuscope::kernels::reference {

VisibleKeys::VisibleKeys(const AttentionProblem& problem)
    : p_(problem),
      scale_(p_.scale != 0.0F ? static_cast<double>(p_.scale)
                              : 1.0 / std::sqrt(static_cast<double>(p_.head_dim))) {
    if (p_.dynamic_sparse.block != 0) selected_ = select_blocks(p_);
}

void VisibleKeys::append(int branch, std::int64_t query, int head, std::vector<Key>& keys) const {
    if (empty(query) || gate(branch, head) == -HUGE_VAL) return;
    if (branch < static_cast<int>(p_.branches.size()))
        append_segment(branch, query, head, keys);
    else
        append_selected_blocks(query, head, keys);
}

double VisibleKeys::gate(int branch, int head) const {
    return p_.gates == nullptr ? 0.0 : static_cast<double>(p_.gates[branch * p_.heads + head]);
}

double VisibleKeys::dropout_factor(const Key& key, std::int64_t query, int head) const {
    if (p_.dropout == 0.0F) return 1.0;
    const bool survives =
        survives_dropout(p_.dropout_seed, key.branch, head, query, key.position, p_.dropout);
    return survives ? 1.0 / (1.0 - static_cast<double>(p_.dropout)) : 0.0;
}

bool VisibleKeys::has_neighbour_bias(int branch, std::int64_t query, std::int64_t key) const {
    const bool window = branch == 0 && !p_.branches.empty();
    return window && p_.neighbour_bias != nullptr && p_.units != nullptr && p_.units[query] != p_.units[key];
}

bool VisibleKeys::masked(std::int64_t query, std::int64_t key) const {
    const BlockMask& mask = p_.block_mask;
    return mask.allowed != nullptr && mask.allowed[query / mask.block * mask.columns + key / mask.block] == 0;
}

void VisibleKeys::append_segment(int branch, std::int64_t query, int head, std::vector<Key>& keys) const {
    const auto [segment, rate] = p_.branches[static_cast<std::size_t>(branch)];
    const std::int64_t offset = head_offset(head, p_.heads, rate, p_.rule, p_.layer);
    const std::int64_t begin = query / segment * segment;
    if ((query - begin) % rate != offset) return;
    const std::int64_t end = std::min(begin + segment, p_.causal ? query + 1 : p_.length);
    for (std::int64_t key = begin + offset; key < end; key += rate)
        append_key(branch, query, key, head, offset, keys);
}

void VisibleKeys::append_selected_blocks(std::int64_t query, int head, std::vector<Key>& keys) const {
    const std::int64_t block = p_.dynamic_sparse.block;
    const std::int64_t index = (query - p_.query_begin) / block * p_.heads + head;
    for (const std::int64_t selected : selected_[static_cast<std::size_t>(index)]) {
        const std::int64_t end = std::min((selected + 1) * block, p_.causal ? query + 1 : p_.length);
        for (std::int64_t key = selected * block; key < end; ++key)
            append_key(static_cast<int>(p_.branches.size()), query, key, head, 0, keys);
    }
}

void VisibleKeys::append_key(int branch, std::int64_t query, std::int64_t key, int head, std::int64_t offset,
                             std::vector<Key>& keys) const {
    if (empty(key) || masked(query, key)) return;
    const KeyRows& rows = p_.keys[static_cast<std::size_t>(branch)];
    const std::int64_t key_head = std::int64_t{head} * p_.kv_heads / p_.heads;
    const std::int64_t index =
        rows.kept_only ? (key - offset) / p_.branches[static_cast<std::size_t>(branch)].rate : key;
    const std::int64_t row = index - rows.first,
                       element = row * rows.stride + rows.head_part(static_cast<int>(key_head), p_.head_dim);
    keys.push_back({branch, key, row, element, score(branch, query, key, head, element)});
}

double VisibleKeys::score(int branch, std::int64_t query, std::int64_t key, int head,
                          std::int64_t element) const {
    const std::int64_t q = (query - p_.query_begin) * p_.q_stride + p_.query_part(head);
    const void* keys = p_.keys[static_cast<std::size_t>(branch)].keys;
    double dot = 0.0;
    for (int i = 0; i < p_.head_dim; ++i)
        dot += static_cast<double>(load_float(p_.q, q + i, p_.type)) *
               static_cast<double>(load_float(keys, element + i, p_.type));
    return dot * scale_ + bias(branch, query, key, head);
}

double VisibleKeys::bias(int branch, std::int64_t query, std::int64_t key, int head) const {
    double sum = 0.0;
    if (has_neighbour_bias(branch, query, key)) sum += static_cast<double>(p_.neighbour_bias[head]);
    if (p_.alibi_slopes != nullptr)
        sum -= static_cast<double>(p_.alibi_slopes[head]) * static_cast<double>(std::abs(query - key));
    if (const RelativeBias& relative = p_.relative_bias; relative.table != nullptr)
        sum += static_cast<double>(
            relative.table[head * relative.buckets +
                           relative_bucket(key - query, relative.buckets, relative.max_distance, p_.causal)]);
    return sum;
}

}  // namespace corpuscope::kernels::reference
