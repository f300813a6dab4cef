// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <stdexcept>

#include "engine/attention/attention_map.h"
#include "engine/attention/block_sums.h"
#include "engine/attention/slice.h"

namespace corpuscope::attention {
namespace {

constexpr double kEncodingShare = 0.6;  // of the time, for the progress bar

/// Ends a pass whose further layers nobody needs.
struct LayerSeen {};

/// Keeps q and k of one layer, of one head or all of them.
class LayerRecorder : public longnet::Observer {
 public:
    LayerRecorder(const longnet::Config& config, const longnet::Layout& layout, int layer, int head)
        : layer_(layer),
          first_(head == kAll ? 0 : head * config.head_dim()),
          width_(head == kAll ? config.d_model : config.head_dim()),
          d_model_(config.d_model),
          length_(layout.length),
          q_(static_cast<std::size_t>(layout.length * width_)),
          k_(q_.size()) {
        for (const auto length : layout.unit_length) missing_ += length;
        filled_.resize(static_cast<std::size_t>(layout.length));
        for (std::size_t u = 0; u < layout.unit_begin.size(); ++u)
            std::fill_n(filled_.begin() + layout.unit_begin[u], layout.unit_length[u], char{1});
    }

    bool wants_attention(int layer) override { return layer == layer_; }

    void attention(int, std::int64_t begin, std::int64_t count, const float* q, const float* k) override {
        for (std::int64_t i = 0; i < count && begin + i < length_; ++i) {
            std::copy_n(q + i * d_model_ + first_, width_, q_.begin() + (begin + i) * width_);
            std::copy_n(k + i * d_model_ + first_, width_, k_.begin() + (begin + i) * width_);
            missing_ -= filled_[static_cast<std::size_t>(begin + i)];
        }
        if (missing_ == 0) throw LayerSeen();
    }

    std::span<const float> q() const { return q_; }
    std::span<const float> k() const { return k_; }

 private:
    int layer_;
    std::int64_t first_, width_, d_model_, length_;
    std::vector<float> q_, k_;
    std::vector<char> filled_;
    std::int64_t missing_ = 0;
};

void check(const char* name, int value, int least, int count) {
    if (value < least || value >= count)
        throw std::invalid_argument(std::string(name) + ' ' + std::to_string(value) + ": there are " +
                                    std::to_string(count) + ", counted from 0");
}

void record(longnet::Encoder& encoder, const Slice& slice, LayerRecorder& recorder, int layer,
            Control* control, const std::function<void(double)>& progress) {
    const double share = static_cast<double>(layer + 1) / encoder.model().config.layers;
    longnet::EncodeOptions options;
    options.control = control;
    options.progress = [&](const longnet::EncodeProgress& at) {
        if (progress && at.positions_total > 0)
            progress(std::min(1.0, static_cast<double>(at.positions_done) /
                                       static_cast<double>(at.positions_total) / share) *
                     kEncodingShare);
    };
    try {
        encoder.encode(slice.units, options, &recorder);
    } catch (const LayerSeen&) {
    }
}

}  // namespace

AttentionMap compute_map(const library::Library& library, longnet::Encoder& encoder,
                         const MapRequest& request, Control* control,
                         const std::function<void(double)>& progress) {
    const auto& model = encoder.model();
    const auto& config = model.config;
    library::check_model(library, library::model_identity(config.name, model.hash));
    check("layer", request.layer, 0, config.layers);
    check("head", request.head, kAll, config.heads);
    const auto tokenizer = tokenizer::Tokenizer::load(model.folder / "tokenizer.model");
    const Slice slice = cut_slice(library, config, *tokenizer, request);
    const auto branches = longnet::branches_for(config, slice.layout.length);
    check("branch", request.branch, kAll, static_cast<int>(branches.size()));

    LayerRecorder recorder(config, slice.layout, request.layer, request.head);
    record(encoder, slice, recorder, request.layer, control, progress);
    AttentionMap map{.cells = slice.cells,
                     .weights = {},
                     .layer = request.layer,
                     .head = request.head,
                     .branch = request.branch,
                     .layers = config.layers,
                     .heads = config.heads,
                     .branches = branches};
    map.weights = block_sums(
        {.length = slice.layout.length,
         .heads = config.heads,
         .first_head = std::max(request.head, 0),
         .held_heads = request.head == kAll ? config.heads : 1,
         .head_dim = config.head_dim(),
         .q = recorder.q(),
         .k = recorder.k(),
         .branches = branches,
         .branch = request.branch,
         .layer = request.layer,
         .outer_gate = config.outer_gate,
         .neighbour_bias = model.weights.layers[static_cast<std::size_t>(request.layer)].neighbour_bias,
         .unit_of = slice.unit_of,
         .cell_of = slice.cell_of,
         .cells = static_cast<std::int64_t>(slice.cells.size()),
         .threads = std::max(1, encoder.backend().threads()),
         .control = control,
         .progress = [&](double fraction) {
             if (progress) progress(kEncodingShare + (1 - kEncodingShare) * fraction);
         }});
    return map;
}

}  // namespace corpuscope::attention
