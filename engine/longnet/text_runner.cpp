// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/text_runner.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace corpuscope::longnet {

void TextRunner::embed(std::span<const std::int32_t> text, bool whole_tile) {
    std::vector<std::int32_t> ids = {config_.cls_id};
    ids.insert(ids.end(), text.begin(), text.end());
    ids.push_back(config_.sep_id);
    std::vector<std::int32_t> places(ids.size());
    std::iota(places.begin(), places.end(), 0);
    rows_ = static_cast<std::int64_t>(ids.size());
    const kernels::DType type = stack_.row_type();
    const bool on_host = backend_.host_memory();
    const std::int64_t room = on_host ? rows_ : std::max<std::int64_t>(rows_, config_.max_positions);
    tile_.resize(backend_, config_, on_host && !whole_tile ? std::min(rows_, kTransformRows) : room, type);
    mixed_.resize(backend_, room, config_.d_model, type);
    x_.resize(backend_, room, config_.d_model, type);
    qkv_.resize(backend_, room, 3 * config_.d_model, type);
    stack_.embed(ids, places, x());
}

void TextRunner::run(std::span<const std::int32_t> text, const Visitor& visit) {
    embed(text, static_cast<bool>(visit));
    if (visit || backend_.host_memory())
        run_layers(visit);
    else
        run_recorded();
}

void TextRunner::run_recorded() {
    const auto [at, first] = recordings_.try_emplace(rows_);
    // Recording takes as long as some runs: a length that comes but once is not worth it.
    if (first) return run_layers({});
    std::unique_ptr<kernels::Recording>& recording = at->second;
    if (recording && recording->replay()) return;
    recording.reset();
    recording = backend_.record([&] { run_layers({}); });
}

void TextRunner::run_layers(const Visitor& visit) {
    const std::int64_t d = config_.d_model;
    const kernels::Matrix qkv = qkv_.view(0, rows_);
    const kernels::Branch branch{rows_, 1};
    const kernels::KeyRows keys{qkv.at(0, d), qkv.at(0, 2 * d), qkv.stride, 0, rows_, false};
    kernels::AttentionProblem problem;
    problem.length = problem.queries = rows_;
    problem.heads = problem.kv_heads = config_.heads;
    problem.head_dim = static_cast<int>(config_.head_dim());
    problem.type = qkv.type;
    problem.precision = stack_.precision();
    problem.branches = {&branch, 1};
    problem.keys = {&keys, 1};
    problem.q = qkv.data;
    problem.q_stride = qkv.stride;
    problem.out = mixed_.data();
    problem.out_stride = mixed_.stride();
    for (int layer = 0; layer < config_.layers; ++layer) {
        if (visit) visit(layer, Stage::Input);
        stack_.project(layer, x(), qkv);
        backend_.attention(problem);
        if (!visit) {
            stack_.transform(layer, mixed(), tile_, x());
            continue;
        }
        visit(layer, Stage::Mixed);
        stack_.add_attention(layer, mixed(), tile_, x());
        visit(layer, Stage::Attended);
        stack_.add_feed_forward(layer, tile_, x());
        visit(layer, Stage::FedForward);
    }
}

}  // namespace corpuscope::longnet
