// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QTemporaryFile>
#include <algorithm>
#include <stdexcept>

#include "engine/export/atomic_file.h"
#include "engine/export/rows.h"
#include "engine/export/token_ranges.h"
#include "engine/tokenizer/tokenizer.h"

namespace corpuscope::exporting {
namespace {

/// Hidden states of the tokens by their number in the sequence, on disk.
class StateFile : public longnet::Observer {
 public:
    StateFile(const std::filesystem::path& folder, const longnet::Units& units, const longnet::Layout& layout,
              std::int64_t dimension)
        : units_(units),
          layout_(layout),
          dimension_(dimension),
          file_(QString::fromStdString((folder / "corpuscope-states.XXXXXX").string())) {
        if (!file_.open()) fail();
    }

    void hidden(std::int64_t begin, std::int64_t count, const float* states) override {
        const auto& begins = layout_.unit_begin;
        auto unit =
            static_cast<std::size_t>(std::upper_bound(begins.begin(), begins.end(), begin) - begins.begin());
        unit -= unit > 0 ? 1 : 0;
        for (; unit < begins.size() && begins[unit] < begin + count; ++unit) {
            const std::int64_t first = begins[unit] + 1;  // after its [CLS]
            const std::int64_t from = std::max(first, begin);
            const std::int64_t to = std::min(begins[unit] + layout_.unit_length[unit] - 1, begin + count);
            if (from < to)
                write(units_.offsets[unit] + from - first, to - from, states + (from - begin) * dimension_);
        }
    }

    std::vector<float> read(std::int64_t token, std::int64_t count) {
        std::vector<float> states(static_cast<std::size_t>(count * dimension_));
        const qint64 bytes = count * row_bytes();
        if (!file_.seek(token * row_bytes()) ||
            file_.read(reinterpret_cast<char*>(states.data()), bytes) != bytes)
            fail();
        return states;
    }

 private:
    qint64 row_bytes() const { return dimension_ * static_cast<qint64>(sizeof(float)); }

    void write(std::int64_t token, std::int64_t count, const float* states) {
        const auto bytes = std::as_bytes(std::span(states, static_cast<std::size_t>(count * dimension_)));
        if (!file_.seek(token * row_bytes()) || !write_all(file_, bytes)) fail();
    }

    [[noreturn]] void fail() const {
        throw std::runtime_error(file_.fileName().toStdString() + ": " + file_.errorString().toStdString());
    }

    const longnet::Units& units_;
    const longnet::Layout& layout_;
    std::int64_t dimension_;
    QTemporaryFile file_;
};

struct Corpus {
    longnet::Units units;
    std::vector<ByteRange> ranges;  ///< [units]
};

Corpus gather(const library::Library& library, const std::vector<library::DocumentRecord>& documents) {
    Corpus corpus;
    corpus.units.offsets.push_back(0);
    for (std::size_t d = 0; d < documents.size(); ++d) {
        const auto stored = library.units(documents[d].id);
        const auto base = static_cast<std::int64_t>(corpus.units.ids.size());
        corpus.units.ids.insert(corpus.units.ids.end(), stored.ids.begin(), stored.ids.end());
        for (std::size_t u = 0; u < stored.ranges.size(); ++u) {
            corpus.units.offsets.push_back(base + stored.offsets[u + 1]);
            corpus.units.document.push_back(static_cast<std::int32_t>(d));
        }
        corpus.ranges.insert(corpus.ranges.end(), stored.ranges.begin(), stored.ranges.end());
    }
    return corpus;
}

/// 1-based; 0 where the format has no pages.
int page_at(const std::vector<ByteRange>& pages, std::int64_t offset) {
    const auto before = std::partition_point(pages.begin(), pages.end(),
                                             [&](const ByteRange& page) { return page.end <= offset; });
    return static_cast<int>(std::min(before - pages.begin() + 1, std::ssize(pages)));
}

}  // namespace

void token_rows(const library::Library& library, const std::vector<library::DocumentRecord>& documents,
                longnet::Encoder& encoder, const Options& options, const std::filesystem::path& folder,
                const RowSink& sink) {
    const auto& model = encoder.model();
    const auto dimension = model.config.d_model;
    const auto corpus = gather(library, documents);
    const auto layout = longnet::lay_out(corpus.units, model.config);
    StateFile states(folder, corpus.units, layout, dimension);
    longnet::EncodeOptions encode;
    encode.control = options.control;
    encode.progress = [&](const longnet::EncodeProgress& progress) {
        if (options.progress && progress.positions_total > 0)
            options.progress(static_cast<double>(progress.positions_done) /
                             static_cast<double>(progress.positions_total));
    };
    encoder.encode(corpus.units, encode, &states);

    const auto tokenizer = tokenizer::Tokenizer::load(model.folder / "tokenizer.model");
    library::StoredText stored;
    for (std::size_t u = 0; u < corpus.ranges.size(); ++u) {
        const auto d = static_cast<std::size_t>(corpus.units.document[u]);
        if (u == 0 || corpus.units.document[u] != corpus.units.document[u - 1]) {
            if (options.control != nullptr) options.control->checkpoint();
            stored = library.text(documents[d].id);
        }
        const auto begin = corpus.units.offsets[u];
        const auto count = corpus.units.offsets[u + 1] - begin;
        const auto rows = states.read(begin, count);
        const auto ids = std::span(corpus.units.ids)
                             .subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count));
        const auto ranges = token_ranges(*tokenizer, stored.text, corpus.ranges[u], ids);
        for (std::size_t i = 0; i < ranges.size(); ++i)
            sink({documents[d].path, ranges[i], page_at(stored.pages, ranges[i].begin)},
                 std::span(rows).subspan(i * static_cast<std::size_t>(dimension),
                                         static_cast<std::size_t>(dimension)));
    }
}

}  // namespace corpuscope::exporting
