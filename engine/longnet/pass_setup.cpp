// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What a pass works out before it begins: its branches, and where hidden states and kept rows stay.
#include <algorithm>
#include <limits>
#include <stdexcept>

#include "engine/longnet/block_size.h"
#include "engine/longnet/pass.h"
#include "engine/longnet/sha256.h"

namespace corpuscope::longnet {
namespace {

std::size_t as_size(std::int64_t value) { return static_cast<std::size_t>(value); }

std::vector<std::int64_t> values_of(std::span<const Block> blocks, std::int64_t d_model) {
    std::vector<std::int64_t> values;
    for (const Block& block : blocks) values.push_back(block.rows * d_model);
    return values;
}

}  // namespace

Pass::Pass(const Model& model, const LayerStack& stack, kernels::Backend& backend, const Units& units,
           const EncodeOptions& options, Observer* observer)
    : model_(model),
      config_(model.config),
      stack_(stack),
      backend_(backend),
      options_(options),
      observer_(observer),
      layout_(lay_out(units, config_, continuation_begin(config_, options.before))),
      on_host_(backend.host_memory()),
      threads_(tile_threads(backend)),
      sequence_(units, layout_, config_, block_that_fits(backend, config_, stack.precision(), options.block),
                on_host_ ? Sequence::Tiling::Windows : Sequence::Tiling::Blocks),
      workers_(as_size(threads_)),
      reader_(backend),
      pooler_(backend, units.size(), config_.d_model) {
    if (options.context != Context::Sequence && (!options.before.empty() || options.keep != nullptr))
        throw std::invalid_argument(
            "kept context: it is of whole sequences, without long branches there is none");
    check_continuation(config_, options.before, sequence_.block_segment(), layout_.length);
    unit_of_ = DeviceArray<std::int32_t>(backend, unit_of_positions());
    prepare_branches();
    if (options_.keep != nullptr) prepare_keeping();
    for (Worker& worker : workers_)
        worker.memory.resize(backend, config_, on_host_ ? kTransformRows : sequence_.largest_tile(),
                             stack.row_type());
    const std::int64_t layers = config_.layers;
    for (const Block& block : sequence_.blocks())
        total_ += block.rows * (options_.recompute ? layers * (layers + 1) / 2 : layers);
    if (!sequence_.blocks().empty()) keep_states();
}

void Pass::keep_states() {
    const auto type =
        stack_.precision() == kernels::Precision::F32 ? kernels::DType::F32 : kernels::DType::BF16;
    const std::vector<std::int64_t> values = values_of(sequence_.blocks(), config_.d_model);
    const StatesShape shape{sequence_.blocks(), config_.d_model, stack_.row_type()};
    if (!options_.scratch.empty() && !options_.recompute) {
        store_ = make_scratch_store(options_.scratch, key(), values, config_.layers, outer_->bytes(), type);
    } else if (!options_.recompute) {
        // States that would be stored as what they are may as well stay where they are.
        if (on_host_ ? stack_.row_type() == type : states_fit_backend()) {
            states_ = make_resident_states(backend_, shape);
            return;
        }
        store_ = make_memory_store(backend_, values, type);
    }
    states_ = on_host_ ? make_host_states(backend_, shape, store_.get())
                       : make_streamed_states(backend_, shape, store_.get());
}

bool Pass::states_fit_backend() const {
    // The other half is for the outer rows of two layers and what a block needs.
    std::int64_t rows = 0;
    for (const Block& block : sequence_.blocks()) rows += block.rows;
    const std::int64_t bytes =
        rows * config_.d_model * static_cast<std::int64_t>(kernels::size_of(stack_.row_type()));
    return static_cast<std::size_t>(bytes) <= backend_.free_memory() / 2;
}

std::string Pass::key() const {
    const Units& units = sequence_.units();
    const auto digest = [](const auto& values) { return sha256_hex(std::as_bytes(std::span(values))); };
    std::string before;
    for (const KeptContext& context : options_.before) {
        before += std::to_string(context.begin) + digest(context.filled);
        for (const auto& rows : context.rows) before += digest(rows);
    }
    const std::string parts = model_.hash + digest(units.ids) + digest(units.offsets) +
                              digest(units.document) + std::to_string(static_cast<int>(stack_.precision())) +
                              '/' + std::to_string(static_cast<int>(options_.context)) + '/' +
                              std::to_string(sequence_.block_segment()) + (on_host_ ? "" : "/whole blocks") +
                              (options_.keep != nullptr ? "/kept" : "") + before;
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
    std::size_t fitting = 1;
    while (fitting < branches_.size() && branches_[fitting].segment <= sequence_.block_segment()) ++fitting;
    if (on_host_)
        for (std::size_t b = 1; b < fitting; ++b)
            local_.emplace_back(branches_[b], config_, stack_.attention_type());
    outer_attended_ = branches_.size() - fitting;
    std::vector<kernels::Branch> outer(branches_.begin() + static_cast<std::ptrdiff_t>(fitting),
                                       branches_.end());
    // Of a sequence of one block, too, later passes need what the first one keeps.
    if (options_.keep != nullptr && outer.empty())
        outer.push_back(first_outer_branch(config_, sequence_.block_segment()));
    outer_ =
        std::make_unique<OuterRows>(stack_, config_, backend_, outer, options_.recompute ? config_.layers : 2,
                                    layout_.length, options_.before);
}

/// The unit of each position, -1 where it is empty. What was read before belongs to none of this pass.
std::vector<std::int32_t> Pass::unit_of_positions() const {
    std::vector<std::int32_t> unit = sequence_.unit_of_positions();
    const auto earlier = static_cast<std::int32_t>(sequence_.units().size());
    for (const KeptContext& context : options_.before)
        for (std::size_t w = 0; w < context.filled.size(); ++w) {
            const std::int64_t begin = context.begin + static_cast<std::int64_t>(w) * config_.window;
            std::fill_n(unit.begin() + begin, context.filled[w], earlier);
        }
    return unit;
}

void Pass::prepare_keeping() {
    KeptContext& keep = *options_.keep;
    keep = {};
    keep.begin = continuation_begin(config_, options_.before);
    keep.block = sequence_.block_segment();
    keep.rows.resize(as_size(config_.layers));
    const auto windows = as_size((layout_.length - keep.begin) / config_.window);
    keep.filled.resize(windows);
    keep.document.resize(windows);
    for (const Block& block : sequence_.blocks())
        for (const Tile& window : sequence_.windows(block)) {
            const auto w = as_size((window.begin - keep.begin) / config_.window);
            keep.filled[w] = static_cast<std::uint16_t>(window.rows);
            keep.document[w] = sequence_.units().document[as_size(window.first_unit)];
        }
}

}  // namespace corpuscope::longnet
