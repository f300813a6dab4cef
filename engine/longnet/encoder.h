// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The LongNet encoder: token ids of all units of a corpus in, one vector a unit out, the corpus read as one
// sequence.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

#include "engine/longnet/kept_context.h"
#include "engine/longnet/model.h"
#include "engine/progress.h"
#include "kernels/backend.h"

namespace corpuscope::longnet {

/// The corpus as the encoder takes it: token ids of all units one after another, without [CLS] and [SEP].
struct Units {
    std::vector<std::int32_t> ids;       ///< [tokens]
    std::vector<std::int64_t> offsets;   ///< [units + 1]: unit u has ids [offsets[u], offsets[u+1])
    std::vector<std::int32_t> document;  ///< [units]: non-decreasing; a document begins a window
    std::int64_t size() const { return static_cast<std::int64_t>(document.size()); }
};

/// Where each unit stands in the sequence of windows (see Config::window); positions that no unit fills stay
/// empty.
struct Layout {
    std::int64_t length = 0;                ///< end of the last window
    std::vector<std::int64_t> unit_begin;   ///< [units]: position of its [CLS]
    std::vector<std::int32_t> unit_length;  ///< [units]: positions with [CLS] and [SEP]
};
/// The first unit stands at position `begin`, a multiple of the window.
Layout lay_out(const Units& units, const Config& config, std::int64_t begin = 0);

/// Bias and gates as the model has them (sequence); long branches closed (window); every unit by itself
/// (alone).
enum class Context : std::uint8_t { Sequence, Window, Alone };

struct EncodeProgress {
    std::int64_t positions_done = 0;   ///< counted over all layers
    std::int64_t positions_total = 0;  ///< those of the pass, empty ones included, times the layers
};

/// The disk of the scratch folder cannot take the hidden states. `recompute` does without.
struct NoRoomError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct EncodeOptions {
    Context context = Context::Sequence;
    /// Positions of hidden states worked on at once; fewer where a backend's own memory has no room for that.
    std::int64_t block = 65536;
    /// Folder for the hidden states between layers, from which a killed pass goes on (on the same kind of
    /// backend); empty: they stay in memory. Throws NoRoomError, before any work is done, where they do not
    /// fit there.
    std::filesystem::path scratch;
    /// Keeps no hidden states between layers, neither there nor in memory, but computes those of a block from
    /// its tokens again for each layer: (layers + 1) / 2 times the work, for a corpus that has no room.
    bool recompute = false;
    Control* control = nullptr;
    std::function<void(const EncodeProgress&)> progress;
    /// Where wanted: [units], lengths of the units' means before they are scaled to 1.
    std::vector<float>* lengths = nullptr;
    /// What earlier passes in blocks of the same size kept: the units are read as what follows. Only with
    /// Context::Sequence; throws std::invalid_argument where check_continuation does.
    std::span<const KeptContext> before;
    /// Where wanted: what later passes need to go on behind this one.
    KeptContext* keep = nullptr;
};

/// Sees the hidden states of the last layer, and each layer's attention inputs, as the pass goes by
/// (attention maps, token export). All pointers are host memory, valid during the call.
struct Observer {
    virtual ~Observer() = default;
    /// Hidden states [count, d_model] of positions [begin, begin + count) after the last layer.
    virtual void hidden(std::int64_t begin, std::int64_t count, const float* states) {
        (void)begin, (void)count, (void)states;
    }
    /// q and k [count, d_model] of positions [begin, begin + count) in `layer`; only where wants_attention.
    virtual bool wants_attention(int layer) {
        (void)layer;
        return false;
    }
    virtual void attention(int layer, std::int64_t begin, std::int64_t count, const float* q,
                           const float* k) {
        (void)layer, (void)begin, (void)count, (void)q, (void)k;
    }
};

/// One model on one backend. Not safe on several threads at once.
class Encoder {
 public:
    /// On a backend with memory of its own all arithmetic happens there: weights, the block at hand and the
    /// kept rows of outer branches stay in it, and so do the hidden states of all blocks where they fit in
    /// half of what is free. Throws std::runtime_error, naming the bytes, where its memory is too small.
    Encoder(std::shared_ptr<const Model> model, std::shared_ptr<kernels::Backend> backend,
            kernels::Precision precision);
    ~Encoder();

    const Model& model() const;
    kernels::Backend& backend() const;
    kernels::Precision precision() const;

    /// Vectors [units, d_model], each the mean of its unit's positions, unit length.
    std::vector<float> encode(const Units& units, const EncodeOptions& options = {},
                              Observer* observer = nullptr);

    /// Whether `units` can be read with options.before: it was made in blocks that this backend has room for,
    /// and the sequence does not become too long.
    bool continues(const Units& units, const EncodeOptions& options) const;

    /// Vector [d_model] of one text encoded alone (a question); more than 254 tokens are cut.
    std::vector<float> encode_alone(std::span<const std::int32_t> ids);

    /// Last hidden states [sum of lengths + 2 each, d_model] of texts encoded each by itself, and where each
    /// begins: what late interaction compares.
    struct TokenStates {
        std::vector<float> states;
        std::vector<std::int64_t> offsets;  ///< [texts + 1], in rows
    };
    TokenStates encode_tokens(std::span<const std::vector<std::int32_t>> texts);

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace corpuscope::longnet
