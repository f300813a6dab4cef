// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/attention/slice.h"

#include <QString>
#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "engine/export/token_ranges.h"

namespace corpuscope::attention {
namespace {

using Level = MapRequest::Level;

constexpr std::int64_t kSpecialTokens = 2;  // [CLS] and [SEP] of a unit

struct Passage {
    std::size_t document = 0;  ///< index in Corpus::documents
    std::int64_t index = 0;    ///< among all passages
    std::int64_t first_unit = 0, units = 0;
    std::int64_t first_token = 0, tokens = 0;  ///< among all tokens, special ones counted
    ByteRange range;
    std::string label;
    std::int64_t kept_units = 0;  ///< its first ones
};

struct Corpus {
    std::vector<library::DocumentRecord> documents;
    std::vector<library::StoredUnits> units;  ///< one a document
    std::vector<Passage> passages;
    std::int64_t tokens = 0;
};

/// [begin, end) of the items of a level.
struct Interval {
    std::int64_t begin = 0, end = 0;
    bool meets(const Interval& other) const { return begin < other.end && other.begin < end; }
};

std::string label_of(const library::DocumentRecord& document, const std::string& text) {
    constexpr qsizetype kCharacters = 60;
    const auto name = QString::fromStdString(std::filesystem::path(document.path).filename().string());
    return (name + QStringLiteral(" · ") + QString::fromStdString(text).simplified().left(kCharacters))
        .toStdString();
}

std::vector<library::DocumentRecord> documents_with_text(const library::Library& library,
                                                         const std::vector<DocumentId>& wanted) {
    auto documents = library.documents();
    std::erase_if(documents, [&](const library::DocumentRecord& document) {
        return document.units == 0 ||
               (!wanted.empty() && std::find(wanted.begin(), wanted.end(), document.id) == wanted.end());
    });
    if (documents.empty())
        throw std::runtime_error(library.file().string() + ": no document with text to look at");
    return documents;
}

Corpus read_corpus(const library::Library& library, const std::vector<DocumentId>& wanted) {
    Corpus corpus{.documents = documents_with_text(library, wanted), .units = {}, .passages = {}};
    for (std::size_t d = 0; d < corpus.documents.size(); ++d) {
        const auto& document = corpus.documents[d];
        const auto& units = corpus.units.emplace_back(library.units(document.id));
        for (const auto& stored : library.passages(document.id)) {
            const auto first = static_cast<std::size_t>(stored.first_unit);
            const auto last = static_cast<std::size_t>(stored.first_unit + stored.units);
            const auto tokens = units.offsets[last] - units.offsets[first] + kSpecialTokens * stored.units;
            corpus.passages.push_back({.document = d,
                                       .index = static_cast<std::int64_t>(corpus.passages.size()),
                                       .first_unit = stored.first_unit,
                                       .units = stored.units,
                                       .first_token = corpus.tokens,
                                       .tokens = tokens,
                                       .range = stored.range,
                                       .label = label_of(document, stored.text)});
            corpus.tokens += tokens;
        }
    }
    return corpus;
}

Interval items_of(const Passage& passage, Level level) {
    switch (level) {
        case Level::Document:
            return {static_cast<std::int64_t>(passage.document),
                    static_cast<std::int64_t>(passage.document) + 1};
        case Level::Passage:
            return {passage.index, passage.index + 1};
        case Level::Token:
            return {passage.first_token, passage.first_token + passage.tokens};
    }
    return {};
}

Interval range_looked_at(const Corpus& corpus, const MapRequest& request) {
    const auto items = request.level == Level::Document  ? static_cast<std::int64_t>(corpus.documents.size())
                       : request.level == Level::Passage ? static_cast<std::int64_t>(corpus.passages.size())
                                                         : corpus.tokens;
    const Interval range{request.from, request.to == 0 ? items : request.to};
    if (range.begin < 0 || range.end > items || range.begin >= range.end)
        throw std::invalid_argument("range " + std::to_string(range.begin) + " to " +
                                    std::to_string(range.end) + ": there are " + std::to_string(items) +
                                    " items");
    return range;
}

/// Tokens of a unit, the special ones counted.
std::int64_t unit_tokens(const Corpus& corpus, const Passage& passage, std::int64_t unit) {
    const auto& offsets = corpus.units[passage.document].offsets;
    const auto u = static_cast<std::size_t>(passage.first_unit + unit);
    return offsets[u + 1] - offsets[u] + kSpecialTokens;
}

/// Of the passages that `in_group` picks, keeps first units, of each as many as its share of `budget` tokens
/// allows (what is left over goes to the next), so that every stretch of the corpus has its part. Returns
/// what they take.
template <typename Predicate>
std::int64_t keep_evenly(Corpus& corpus, std::int64_t budget, const Predicate& in_group) {
    std::int64_t total = 0;
    for (const auto& passage : corpus.passages)
        if (in_group(passage)) total += passage.tokens;
    const double share = total <= budget ? 1.0 : static_cast<double>(budget) / static_cast<double>(total);
    std::int64_t seen = 0, kept = 0;
    for (auto& passage : corpus.passages) {
        if (!in_group(passage)) continue;
        seen += passage.tokens;
        const auto due = static_cast<std::int64_t>(static_cast<double>(seen) * share);
        for (; passage.kept_units < passage.units; ++passage.kept_units) {
            const auto tokens = unit_tokens(corpus, passage, passage.kept_units);
            if (share < 1 && kept + tokens > due) break;
            kept += tokens;
        }
    }
    return kept;
}

class Cutter {
 public:
    Cutter(const library::Library& library, const tokenizer::Tokenizer& tokenizer, const MapRequest& request,
           Corpus& corpus)
        : library_(library),
          tokenizer_(tokenizer),
          level_(request.level),
          corpus_(corpus),
          range_(range_looked_at(corpus, request)) {
        slice_.cells.resize(
            static_cast<std::size_t>(std::min<std::int64_t>(request.max_cells, range_.end - range_.begin)));
    }

    Slice cut(const longnet::Config& config) {
        thin_out();
        describe_cells();
        take_units();
        slice_.layout = longnet::lay_out(slice_.units, config);
        place_positions();
        return std::move(slice_);
    }

 private:
    void thin_out() {
        const auto inside = [this](const Passage& passage) {
            return items_of(passage, level_).meets(range_);
        };
        const auto used = keep_evenly(corpus_, kExactPositions, inside);
        keep_evenly(corpus_, kExactPositions - used,
                    [&](const Passage& passage) { return !inside(passage); });
    }

    std::int32_t cell_at(std::int64_t item) const {
        if (item < range_.begin || item >= range_.end) return -1;
        const auto cells = static_cast<std::int64_t>(slice_.cells.size());
        return static_cast<std::int32_t>((item - range_.begin) * cells / (range_.end - range_.begin));
    }

    void describe_cells() {
        for (const auto& passage : corpus_.passages) {
            const auto items = items_of(passage, level_);
            const auto last = std::min(items.end, range_.end) - 1;
            for (auto item = std::max(items.begin, range_.begin); item <= last;) {
                const auto cell = cell_at(item);
                describe(slice_.cells[static_cast<std::size_t>(cell)], passage);
                while (item <= last && cell_at(item) == cell) ++item;
            }
        }
    }

    void describe(MapCell& cell, const Passage& passage) const {
        const auto document = corpus_.documents[passage.document].id;
        if (!cell.document) cell = {document, passage.range, passage.label};
        if (cell.document == document) cell.range.end = passage.range.end;
    }

    void take_units() {
        slice_.units.offsets.push_back(0);
        for (const auto& passage : corpus_.passages) {
            const auto& stored = corpus_.units[passage.document];
            std::int64_t token = passage.first_token;
            for (auto u = passage.first_unit; u < passage.first_unit + passage.kept_units; ++u) {
                const auto begin = stored.offsets[static_cast<std::size_t>(u)];
                const auto end = stored.offsets[static_cast<std::size_t>(u) + 1];
                slice_.units.ids.insert(slice_.units.ids.end(), stored.ids.begin() + begin,
                                        stored.ids.begin() + end);
                slice_.units.offsets.push_back(static_cast<std::int64_t>(slice_.units.ids.size()));
                slice_.units.document.push_back(static_cast<std::int32_t>(passage.document));
                sources_.push_back({&passage, u, token});
                token += end - begin + kSpecialTokens;
            }
        }
    }

    void place_positions() {
        slice_.unit_of.assign(static_cast<std::size_t>(slice_.layout.length), -1);
        slice_.cell_of.assign(static_cast<std::size_t>(slice_.layout.length), -1);
        for (std::size_t u = 0; u < sources_.size(); ++u) {
            const auto& source = sources_[u];
            const auto item = items_of(*source.passage, level_).begin;
            for (std::int64_t i = 0; i < slice_.layout.unit_length[u]; ++i) {
                const auto position = static_cast<std::size_t>(slice_.layout.unit_begin[u] + i);
                slice_.unit_of[position] = static_cast<std::int32_t>(u);
                slice_.cell_of[position] = cell_at(level_ == Level::Token ? source.token + i : item);
            }
            if (level_ == Level::Token) describe_tokens(u);
        }
    }

    /// Where every token has a cell of its own, the cell is named after it.
    void describe_tokens(std::size_t u) {
        if (static_cast<std::int64_t>(slice_.cells.size()) != range_.end - range_.begin) return;
        const auto& source = sources_[u];
        const auto document = source.passage->document;
        const auto range = corpus_.units[document].ranges[static_cast<std::size_t>(source.unit)];
        const auto ranges = exporting::token_ranges(tokenizer_, text_of(document), range, ids_of(u));
        const auto length = slice_.layout.unit_length[u];
        for (std::int64_t i = 0; i < length; ++i) {
            const auto cell = cell_at(source.token + i);
            if (cell < 0) continue;
            const bool special = i == 0 || i == length - 1;
            const auto token = static_cast<std::size_t>(i - 1);
            slice_.cells[static_cast<std::size_t>(cell)] = {corpus_.documents[document].id,
                                                            special ? range : ranges[token],
                                                            i == 0    ? "[CLS]"
                                                            : special ? "[SEP]"
                                                                      : tokenizer_.piece(ids_of(u)[token])};
        }
    }

    std::span<const std::int32_t> ids_of(std::size_t u) const {
        const auto begin = static_cast<std::size_t>(slice_.units.offsets[u]);
        return std::span(slice_.units.ids)
            .subspan(begin, static_cast<std::size_t>(slice_.units.offsets[u + 1]) - begin);
    }

    const std::string& text_of(std::size_t document) {
        if (text_document_ != document || text_.empty())
            text_ = library_.text(corpus_.documents[document].id).text;
        text_document_ = document;
        return text_;
    }

    struct Source {
        const Passage* passage;
        std::int64_t unit;   ///< of its document
        std::int64_t token;  ///< number of its [CLS] among all tokens
    };

    const library::Library& library_;
    const tokenizer::Tokenizer& tokenizer_;
    Level level_;
    Corpus& corpus_;
    Interval range_;
    Slice slice_;
    std::vector<Source> sources_;  ///< [units]
    std::string text_;
    std::size_t text_document_ = 0;
};

}  // namespace

Slice cut_slice(const library::Library& library, const longnet::Config& config,
                const tokenizer::Tokenizer& tokenizer, const MapRequest& request) {
    if (request.max_cells < 1)
        throw std::invalid_argument("a map of " + std::to_string(request.max_cells) + " cells");
    Corpus corpus = read_corpus(library, request.documents);
    return Cutter(library, tokenizer, request, corpus).cut(config);
}

}  // namespace corpuscope::attention
