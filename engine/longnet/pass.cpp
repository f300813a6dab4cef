// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/pass.h"

#include <algorithm>

#include "engine/longnet/parallel.h"

namespace corpuscope::longnet {

using kernels::ColumnParts;
using kernels::Matrix;

namespace {

/// Queries that the attention kernel goes through the keys of a branch with.
constexpr std::int64_t kSpanPositions = 2048;

std::size_t as_size(std::int64_t value) { return static_cast<std::size_t>(value); }

}  // namespace

std::vector<float> Pass::run() {
    if (sequence_.blocks().empty()) return pooler_.take(options_.lengths);
    const PassProgress reached = store_ ? store_->progress() : PassProgress{};
    if (reached.layer > 0 || reached.finished > 0) {
        for (int below = 0; options_.keep != nullptr && below < reached.layer; ++below) {
            outer_->load(below, *store_);
            keep_outer(below);
        }
        outer_->load(reached.layer, *store_);
    } else {
        take_first_outer();
    }
    for (const Block& block : sequence_.blocks()) done_ += block.rows * reached.layer;
    for (int layer = reached.layer; layer < config_.layers; ++layer)
        run_layer(layer, layer == reached.layer ? reached.finished : 0);
    return pooler_.take(options_.lengths);
}

void Pass::run_layer(int layer, std::int64_t finished) {
    const bool last = layer + 1 == config_.layers;
    keep_outer(layer);
    if (!last) outer_->start(layer + 1);
    if (finished == 0 && store_ && store_->persistent()) {
        outer_->save(layer, *store_);
        store_->mark({layer, 0});
    }
    const auto count = std::ssize(sequence_.blocks());
    const auto index_of = [&](std::int64_t i) {
        return as_size(HiddenStore::ascending(layer + 1) ? i : count - 1 - i);
    };
    for (std::int64_t i = 0; i < count; ++i) {
        if (i < finished) {
            reuse_block(layer, index_of(i));
            continue;
        }
        const bool more = i + 1 < count;
        run_block(layer, index_of(i), more ? std::optional(index_of(i + 1)) : std::nullopt, {layer, i + 1});
    }
    states_->settle();
}

void Pass::reuse_block(int layer, std::size_t index) {
    const Block& block = sequence_.blocks()[index];
    const Matrix x = states_->load(index, layer + 1);
    done_ += block.rows;
    if (layer + 1 == config_.layers)
        finish(block, x);
    else
        outer_->take(layer + 1, sequence_, block, x);
    states_->leave({index, layer + 1, false, {-1, 0}});
}

void Pass::run_block(int layer, std::size_t index, std::optional<std::size_t> next,
                     const PassProgress& progress) {
    const Block& block = sequence_.blocks()[index];
    const bool kept = layer > 0 ? !options_.recompute : embedded_;
    const Matrix x = kept ? states_->load(index, layer) : states_->open(index);
    if (kept && next) states_->fetch(*next, layer);
    if (!kept) embed(block, x);
    for (int below = 0; below < layer && !kept; ++below) {
        project(below, block, x);
        mix_and_transform(below, block, x);
    }
    project(layer, block, x);
    if (observer_ != nullptr && observer_->wants_attention(layer)) observe_attention(layer, block);
    mix_and_transform(layer, block, x);
    const bool last = layer + 1 == config_.layers;
    if (last)
        finish(block, x);
    else
        outer_->take(layer + 1, sequence_, block, x);
    states_->leave({index, layer + 1, store_ && (!last || store_->persistent()), progress});
}

void Pass::embed(const Block& block, const Matrix& x) {
    const auto tiles = sequence_.tiles(block);
    parallel_for(backend_, block.tiles, [&](std::int64_t t, int) {
        const Tile& tile = tiles[as_size(t)];
        std::vector<std::int32_t> ids(as_size(tile.rows)), places(as_size(tile.rows));
        sequence_.tokens(tile, ids, places);
        stack_.embed(ids, places, x.slice(tile.first, tile.rows));
    });
}

void Pass::project(int layer, const Block& block, const Matrix& x) {
    make_room_for(block);
    for (KeptRows& kept : local_) kept.reset(backend_, layer, block.begin, block.positions);
    const auto tiles = sequence_.tiles(block);
    parallel_for(backend_, block.tiles, [&](std::int64_t t, int thread) {
        checkpoint();
        const Tile& tile = tiles[as_size(t)];
        if (!on_host_)
            return stack_.project(layer, x.slice(tile.first, tile.rows),
                                  qkv_.view(tile.begin - block.begin, tile.rows));
        Worker& worker = workers_[as_size(thread)];
        const ColumnParts qkv = by_head(tile.begin - block.begin, tile.rows);
        stack_.project_by_head(layer, x.slice(tile.first, tile.rows), qkv, worker.qkv.view(0, tile.rows));
        worker.copies.clear();
        for (const KeptRows& kept : local_) kept.take(qkv, tile.begin, worker.copies);
        backend_.copy(worker.copies);
    });
}

void Pass::make_room_for(const Block& block) {
    // Where tiles leave out the empty positions, their rows are never written and never read.
    const std::int64_t largest = sequence_.blocks().front().positions;
    if (!on_host_) {
        if (qkv_.rows() < largest)
            qkv_.resize(backend_, largest, 3 * config_.d_model, stack_.attention_type());
        return;
    }
    part_rows_ = largest;
    const std::int64_t parts = 3 * config_.heads;
    if (qkv_.rows() < parts * largest)
        qkv_.resize(backend_, parts * largest, config_.head_dim(), stack_.attention_type());
    std::int64_t tile_rows = 0;
    for (const Tile& tile : sequence_.tiles(block)) tile_rows = std::max(tile_rows, tile.rows);
    for (Worker& worker : workers_)
        if (worker.qkv.rows() < tile_rows)
            worker.qkv.resize(backend_, tile_rows, 3 * config_.d_model, stack_.attention_type());
}

ColumnParts Pass::by_head(std::int64_t first, std::int64_t rows) const {
    return {qkv_.view(first, rows), std::int64_t{3} * config_.heads, part_rows_ * qkv_.stride()};
}

void Pass::mix_and_transform(int layer, const Block& block, const Matrix& x) {
    const auto tiles = sequence_.tiles(block);
    cut_spans(block);
    find_keys(layer, block);
    parallel_for(backend_, std::ssize(spans_), [&](std::int64_t s, int thread) {
        const auto in_span = tiles.subspan(spans_[as_size(s)].first_tile, spans_[as_size(s)].tiles);
        const std::int64_t begin = in_span.front().begin;
        Worker& worker = workers_[as_size(thread)];
        const Matrix mixed = worker.mixed.view(0, in_span.back().begin + in_span.back().rows - begin);
        attend(layer, block, begin, mixed);
        for (const Tile& tile : in_span) {
            checkpoint();
            stack_.transform(layer, mixed.slice(tile.begin - begin, tile.rows), worker.memory,
                             x.slice(tile.first, tile.rows));
            report(tile.rows, thread);
        }
    });
}

void Pass::cut_spans(const Block& block) {
    // As many queries as the kernel takes at once, but something to do for every thread.
    std::int64_t positions = kSpanPositions;
    while (positions > config_.window && block.positions < 4 * threads_ * positions) positions /= 2;
    spans_.clear();
    const auto tiles = sequence_.tiles(block);
    for (std::size_t t = 0; t < tiles.size(); ++t) {
        if (t == 0 || tiles[t].begin / positions != tiles[t - 1].begin / positions) spans_.push_back({t, 0});
        ++spans_.back().tiles;
    }
    for (const Span& span : spans_) {
        const Tile& last = tiles[span.first_tile + span.tiles - 1];
        const std::int64_t rows = last.begin + last.rows - tiles[span.first_tile].begin;
        for (Worker& worker : workers_)
            if (worker.mixed.rows() < rows)
                worker.mixed.resize(backend_, rows, config_.d_model, stack_.attention_type());
    }
}

void Pass::find_keys(int layer, const Block& block) {
    const Matrix qkv = qkv_.view();
    kernels::KeyRows rows{nullptr, nullptr, qkv.stride, block.begin, block.positions, false};
    const ColumnParts parts =
        on_host_ ? by_head(0, block.positions) : ColumnParts::of(qkv, std::int64_t{3} * config_.heads);
    rows.keys = parts.part(config_.heads).data;
    rows.values = parts.part(2 * config_.heads).data;
    if (on_host_) rows.head_stride = parts.apart;
    keys_.assign(branches_.size(), rows);
    for (std::size_t b = 0; b < local_.size(); ++b) keys_[1 + b] = local_[b].rows();
    const std::size_t first = branches_.size() - outer_attended_;
    for (std::size_t b = first; b < branches_.size(); ++b) keys_[b] = outer_->rows(layer, b - first);
}

void Pass::attend(int layer, const Block& block, std::int64_t begin, const Matrix& out) {
    kernels::AttentionProblem problem;
    problem.length = layout_.length;
    problem.query_begin = begin;
    problem.queries = out.rows;
    problem.heads = config_.heads;
    problem.kv_heads = config_.heads;
    problem.head_dim = static_cast<int>(config_.head_dim());
    problem.type = qkv_.type();
    problem.precision = stack_.precision();
    problem.branches = branches_;
    problem.keys = keys_;
    problem.rule = kernels::OffsetRule::Rotating;
    problem.layer = layer;
    problem.q = qkv_.view().at(begin - block.begin, 0);
    problem.q_stride = qkv_.stride();
    if (on_host_) problem.q_head_stride = part_rows_ * qkv_.stride();
    problem.out = out.data;
    problem.out_stride = out.stride;
    problem.gates = gates_.data();
    problem.units = unit_of_.data();
    problem.neighbour_bias =
        options_.context == Context::Alone ? closed_bias_.data() : stack_.neighbour_bias(layer);
    backend_.attention(problem);
}

/// Of a layer whose outer rows are complete.
void Pass::keep_outer(int layer) {
    if (options_.keep != nullptr) outer_->keep(layer, *options_.keep);
}

void Pass::take_first_outer() {
    if (outer_->empty()) return;
    outer_->start(0);
    for (std::size_t i = 0; i < sequence_.blocks().size(); ++i) {
        const Block& block = sequence_.blocks()[i];
        const Matrix x = states_->open(i);
        embed(block, x);
        outer_->take(0, sequence_, block, x);
        states_->leave({i, 0, false, {-1, 0}});
    }
    states_->settle();
    embedded_ = states_->stay();
}

void Pass::observe_attention(int layer, const Block& block) {
    const std::int64_t d = config_.d_model;
    std::vector<float> q, k;
    for (const Tile& window : sequence_.windows(block)) {
        q.resize(as_size(window.rows * d));
        k.resize(q.size());
        read_part(0, block, window, q);
        read_part(1, block, window, k);
        observer_->attention(layer, window.begin, window.rows, q.data(), k.data());
    }
}

/// Queries (part 0) or keys (1) of a window, as rows [window.rows, d_model].
void Pass::read_part(int part, const Block& block, const Tile& window, std::vector<float>& to) {
    const std::int64_t d = config_.d_model, first = window.begin - block.begin;
    if (!on_host_) {
        const Matrix rows = qkv_.view(first, window.rows);
        reader_.read({rows.at(0, part * d), rows.rows, d, rows.stride, rows.type}, to.data());
        return;
    }
    std::vector<kernels::MatrixCopy> copies;
    for (int head = 0; head < config_.heads; ++head)
        copies.push_back({by_head(first, window.rows).part(part * config_.heads + head),
                          {to.data() + head * config_.head_dim(), window.rows, config_.head_dim(), d}});
    backend_.copy(copies);
}

void Pass::finish(const Block& block, const Matrix& x) {
    pooler_.pool(sequence_, block, x);
    if (observer_ == nullptr) return;
    for (const Tile& window : sequence_.windows(block))
        observer_->hidden(window.begin, window.rows, reader_.read(x.slice(window.first, window.rows)));
}

void Pass::report(std::int64_t positions, int thread) {
    const std::int64_t done = done_.fetch_add(positions, std::memory_order_relaxed) + positions;
    if (thread != 0 || !options_.progress) return;
    const std::int64_t begin = continuation_begin(config_, options_.before);
    const std::int64_t total = (layout_.length - begin) * config_.layers;
    const double share = static_cast<double>(done) / static_cast<double>(total_);
    EncodeProgress progress;
    progress.positions_done = std::min(total, static_cast<std::int64_t>(share * static_cast<double>(total)));
    progress.positions_total = total;
    options_.progress(progress);
}

void Pass::checkpoint() const {
    if (options_.control != nullptr) options_.control->checkpoint();
}

}  // namespace corpuscope::longnet
