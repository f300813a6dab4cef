// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/pass.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/longnet/parallel.h"
#include "engine/longnet/pooling.h"
#include "engine/longnet/sha256.h"

namespace corpuscope::longnet {

using kernels::Backend;
using kernels::Matrix;

namespace {

/// Queries that the attention kernel goes through the keys of a branch with.
constexpr std::int64_t kSpanPositions = 1024;

std::size_t as_size(std::int64_t value) { return static_cast<std::size_t>(value); }

std::vector<std::int64_t> values_of(std::span<const Block> blocks, std::int64_t d_model) {
    std::vector<std::int64_t> values;
    for (const Block& block : blocks) values.push_back(block.rows * d_model);
    return values;
}

}  // namespace

Pass::Pass(const Model& model, const LayerStack& stack, Backend& backend, kernels::Precision precision,
           const Units& units, const EncodeOptions& options, Observer* observer)
    : model_(model),
      config_(model.config),
      stack_(stack),
      backend_(backend),
      options_(options),
      observer_(observer),
      layout_(lay_out(units, config_)),
      on_host_(backend.host_memory()),
      threads_(tile_threads(backend)),
      sequence_(units, layout_, config_, options.block,
                on_host_ ? Sequence::Tiling::Windows : Sequence::Tiling::Blocks),
      unit_of_(backend, sequence_.unit_of_positions()),
      mixed_(as_size(threads_)),
      memory_(as_size(threads_)),
      vectors_(as_size(units.size() * config_.d_model)) {
    prepare_branches();
    for (TileMemory& memory : memory_)
        memory.resize(backend, config_, on_host_ ? kTransformRows : sequence_.largest_tile());
    const std::int64_t layers = config_.layers;
    total_ = sequence_.filled() * (options_.recompute ? layers * (layers + 1) / 2 : layers);
    if (!sequence_.blocks().empty() && !options_.recompute) open_store(precision);
    if (options_.lengths != nullptr) options_.lengths->assign(as_size(units.size()), 0.0f);
}

void Pass::open_store(kernels::Precision precision) {
    const auto type = precision == kernels::Precision::F32 ? kernels::DType::F32 : kernels::DType::BF16;
    const std::vector<std::int64_t> values = values_of(sequence_.blocks(), config_.d_model);
    store_ = options_.scratch.empty()
                 ? make_memory_store(values, type)
                 : make_scratch_store(options_.scratch, key(precision), values, outer_values(), type);
}

std::string Pass::key(kernels::Precision precision) const {
    const Units& units = sequence_.units();
    const auto digest = [](const auto& values) { return sha256_hex(std::as_bytes(std::span(values))); };
    const std::string parts = model_.hash + digest(units.ids) + digest(units.offsets) +
                              digest(units.document) + std::to_string(static_cast<int>(precision)) + '/' +
                              std::to_string(static_cast<int>(options_.context)) + '/' +
                              std::to_string(sequence_.block_segment());
    return digest(parts);
}

void Pass::prepare_branches() {
    branches_ = branches_for(config_, layout_.length);
    if (options_.context != Context::Sequence) branches_.resize(1);
    const auto heads = as_size(config_.heads);
    std::vector<float> gates(branches_.size() * heads, config_.outer_gate);
    std::fill_n(gates.begin(), heads, 0.0f);
    gates_ = DeviceArray<float>(backend_, gates);
    if (options_.context == Context::Alone)
        closed_bias_ =
            DeviceArray<float>(backend_, std::vector<float>(heads, -std::numeric_limits<float>::infinity()));
    outer_.resize(options_.recompute ? as_size(config_.layers) : 2);
    for (const kernels::Branch& branch : std::span(branches_).subspan(1)) {
        const bool fits = branch.segment <= sequence_.block_segment();
        if (fits && on_host_) local_.emplace_back(branch, config_);
        if (fits) continue;
        for (std::vector<KeptRows>& outer : outer_) outer.emplace_back(branch, config_);
    }
}

std::vector<float> Pass::run() {
    if (sequence_.blocks().empty()) return {};
    const PassProgress reached = store_ ? store_->progress() : PassProgress{};
    if (reached.layer > 0 || reached.finished > 0)
        load_outer(reached.layer);
    else
        embed_outer();
    for (const Block& block : sequence_.blocks()) done_ += block.rows * reached.layer;
    for (int layer = reached.layer; layer < config_.layers; ++layer)
        run_layer(layer, layer == reached.layer ? reached.finished : 0);
    return std::move(vectors_);
}

void Pass::run_layer(int layer, std::int64_t finished) {
    const bool last = layer + 1 == config_.layers;
    if (!last) start_outer(layer + 1);
    if (finished == 0 && store_ && store_->persistent()) {
        save_outer(layer);
        store_->mark({layer, 0});
    }
    const auto count = std::ssize(sequence_.blocks());
    for (std::int64_t i = 0; i < count; ++i) {
        const std::size_t index = as_size(HiddenStore::ascending(layer + 1) ? i : count - 1 - i);
        if (i < finished) {
            reuse_block(layer, index);
            continue;
        }
        run_block(layer, index);
        if (store_) store_->mark({layer, i + 1});
    }
}

void Pass::reuse_block(int layer, std::size_t index) {
    const Block& block = sequence_.blocks()[index];
    x_.resize(backend_, block.rows, config_.d_model);
    store_->read(index, layer + 1, {x_.data(), as_size(block.rows * config_.d_model)});
    done_ += block.rows;
    if (layer + 1 == config_.layers)
        finish(block);
    else
        take_outer(layer + 1, block, x_.view(0, block.rows));
}

std::int64_t Pass::outer_values() const {
    std::int64_t values = 0;
    for (const KeptRows& kept : outer_.front()) values += kept.values_for(layout_.length);
    return values;
}

void Pass::save_outer(int layer) {
    std::vector<float> all;
    for (KeptRows& kept : outer(layer)) all.insert(all.end(), kept.values().begin(), kept.values().end());
    store_->write_outer(layer, all);
}

void Pass::load_outer(int layer) {
    start_outer(layer);
    std::vector<float> all(as_size(outer_values()));
    store_->read_outer(layer, all);
    auto from = all.begin();
    for (KeptRows& kept : outer(layer)) {
        const auto values = kept.values();
        std::copy_n(from, values.size(), values.begin());
        from += std::ssize(values);
    }
}

void Pass::start_outer(int layer) {
    for (KeptRows& kept : outer(layer)) kept.reset(backend_, layer, 0, layout_.length);
}

void Pass::run_block(int layer, std::size_t index) {
    const Block& block = sequence_.blocks()[index];
    load(layer, index);
    project(layer, block);
    if (observer_ != nullptr && observer_->wants_attention(layer)) observe_attention(layer, block);
    mix_and_transform(layer, block);
    const bool last = layer + 1 == config_.layers;
    if (last)
        finish(block);
    else
        take_outer(layer + 1, block, x_.view(0, block.rows));
    if (store_ && (!last || store_->persistent()))
        store_->write(index, layer + 1, {x_.data(), as_size(block.rows * config_.d_model)});
}

void Pass::load(int layer, std::size_t index) {
    const Block& block = sequence_.blocks()[index];
    x_.resize(backend_, block.rows, config_.d_model);
    if (layer > 0 && store_) {
        store_->read(index, layer, {x_.data(), as_size(block.rows * config_.d_model)});
        return;
    }
    embed(block);
    for (int below = 0; below < layer; ++below) {
        project(below, block);
        mix_and_transform(below, block);
    }
}

void Pass::embed(const Block& block) {
    const auto tiles = sequence_.tiles(block);
    parallel_for(backend_, block.tiles, [&](std::int64_t t, int) {
        const Tile& tile = tiles[as_size(t)];
        std::vector<std::int32_t> ids(as_size(tile.rows)), places(as_size(tile.rows));
        sequence_.tokens(tile, ids, places);
        stack_.embed(ids, places, x_.view(tile.first, tile.rows));
    });
}

void Pass::project(int layer, const Block& block) {
    const std::int64_t largest = sequence_.blocks().front().positions;
    // Where tiles leave out the empty positions, their rows are never written and never read.
    if (qkv_.rows() < largest) qkv_.resize(backend_, largest, 3 * config_.d_model);
    for (KeptRows& kept : local_) kept.reset(backend_, layer, block.begin, block.positions);
    const auto tiles = sequence_.tiles(block);
    parallel_for(backend_, block.tiles, [&](std::int64_t t, int) {
        checkpoint();
        const Tile& tile = tiles[as_size(t)];
        const Matrix qkv = qkv_.view(tile.begin - block.begin, tile.rows);
        stack_.project(layer, x_.view(tile.first, tile.rows), qkv);
        for (KeptRows& kept : local_) kept.take(qkv, tile.begin);
    });
}

void Pass::mix_and_transform(int layer, const Block& block) {
    const auto tiles = sequence_.tiles(block);
    cut_spans(block);
    find_keys(layer, block);
    parallel_for(backend_, std::ssize(spans_), [&](std::int64_t s, int thread) {
        const auto in_span = tiles.subspan(spans_[as_size(s)].first_tile, spans_[as_size(s)].tiles);
        const std::int64_t begin = in_span.front().begin;
        DeviceMatrix& mixed = mixed_[as_size(thread)];
        attend(layer, block, begin, mixed.view(0, in_span.back().begin + in_span.back().rows - begin));
        for (const Tile& tile : in_span) {
            checkpoint();
            stack_.transform(layer, mixed.view(tile.begin - begin, tile.rows), memory_[as_size(thread)],
                             x_.view(tile.first, tile.rows));
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
        for (DeviceMatrix& mixed : mixed_)
            if (mixed.rows() < rows) mixed.resize(backend_, rows, config_.d_model);
    }
}

void Pass::find_keys(int layer, const Block& block) {
    const std::int64_t d = config_.d_model;
    keys_.assign(branches_.size(),
                 {qkv_.data() + d, qkv_.data() + 2 * d, qkv_.stride(), block.begin, block.positions, false});
    for (std::size_t b = 0; b < local_.size(); ++b) keys_[1 + b] = local_[b].rows();
    const std::size_t first = branches_.size() - outer(layer).size();
    for (std::size_t b = first; b < branches_.size(); ++b) keys_[b] = outer(layer)[b - first].rows();
}

void Pass::attend(int layer, const Block& block, std::int64_t begin, const Matrix& out) {
    kernels::AttentionProblem problem;
    problem.length = layout_.length;
    problem.query_begin = begin;
    problem.queries = out.rows;
    problem.heads = config_.heads;
    problem.kv_heads = config_.heads;
    problem.head_dim = static_cast<int>(config_.head_dim());
    problem.precision = stack_.precision();
    problem.branches = branches_;
    problem.keys = keys_;
    problem.rule = kernels::OffsetRule::Rotating;
    problem.layer = layer;
    problem.q = qkv_.data() + (begin - block.begin) * qkv_.stride();
    problem.q_stride = qkv_.stride();
    problem.out = out.data;
    problem.out_stride = out.stride;
    problem.gates = gates_.data();
    problem.units = unit_of_.data();
    problem.neighbour_bias =
        options_.context == Context::Alone ? closed_bias_.data() : stack_.neighbour_bias(layer);
    backend_.attention(problem);
}

void Pass::embed_outer() {
    if (outer(0).empty()) return;
    start_outer(0);
    for (std::size_t i = 0; i < sequence_.blocks().size(); ++i) {
        const Block& block = sequence_.blocks()[i];
        load(0, i);
        take_outer(0, block, x_.view(0, block.rows));
    }
}

void Pass::take_outer(int layer, const Block& block, const Matrix& x) {
    std::vector<KeptRows>& outer = this->outer(layer);
    if (outer.empty()) return;
    // The rates of further branches are multiples of the first one's, so what they keep, it keeps too.
    std::vector<std::pair<std::int64_t, std::int64_t>> kept;  // row of the block, position
    for (const Tile& tile : sequence_.tiles(block))
        for (std::int64_t row = 0; row < tile.rows; ++row)
            if (outer.front().keeps(tile.begin + row)) kept.emplace_back(tile.first + row, tile.begin + row);
    const auto count = static_cast<std::int64_t>(kept.size());
    const std::int64_t d = config_.d_model;
    DeviceMatrix rows, qkv;
    rows.resize(backend_, count, d);
    qkv.resize(backend_, count, 3 * d);
    for (std::int64_t i = 0; i < count; ++i)
        std::copy_n(x.row<float>(kept[as_size(i)].first), d, rows.data() + i * d);
    if (count > 0) stack_.project(layer, rows.view(0, count), qkv.view(0, count));
    for (KeptRows& branch : outer)
        for (std::int64_t i = 0; i < count; ++i) branch.take(qkv.view(i, 1), kept[as_size(i)].second);
}

void Pass::observe_attention(int layer, const Block& block) {
    const std::int64_t d = config_.d_model;
    std::vector<float> q, k;
    for (const Tile& tile : sequence_.tiles(block)) {
        q.resize(as_size(tile.rows * d));
        k.resize(as_size(tile.rows * d));
        for (std::int64_t row = 0; row < tile.rows; ++row) {
            const float* from = qkv_.data() + (tile.begin - block.begin + row) * qkv_.stride();
            std::copy_n(from, d, q.begin() + row * d);
            std::copy_n(from + d, d, k.begin() + row * d);
        }
        observer_->attention(layer, tile.begin, tile.rows, q.data(), k.data());
    }
}

void Pass::finish(const Block& block) {
    for (const Tile& tile : sequence_.tiles(block)) {
        const float* states = x_.data() + tile.first * config_.d_model;
        pool(tile, states);
        if (observer_ != nullptr) observer_->hidden(tile.begin, tile.rows, states);
    }
}

void Pass::pool(const Tile& tile, const float* states) {
    const std::int64_t d = config_.d_model;
    for (std::int64_t u = tile.first_unit; u < tile.first_unit + tile.units; ++u) {
        const std::int64_t begin = layout_.unit_begin[as_size(u)] - tile.begin;
        const float length =
            mean_of_rows(states + begin * d, layout_.unit_length[as_size(u)], d, vectors_.data() + u * d);
        if (options_.lengths != nullptr) (*options_.lengths)[as_size(u)] = length;
    }
}

void Pass::report(std::int64_t positions, int thread) {
    const std::int64_t done = done_.fetch_add(positions, std::memory_order_relaxed) + positions;
    if (thread != 0 || !options_.progress) return;
    const std::int64_t total = layout_.length * config_.layers;
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
