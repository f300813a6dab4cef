// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Extractive summaries: the units of the documents are grouped into topics by their contextual vectors; of
// each topic a sentence near its centre is quoted that can stand by itself and repeats none taken before.
#include <faiss/utils/distances.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "engine/answers/answerer.h"
#include "engine/answers/citations.h"
#include "engine/answers/quotable.h"
#include "engine/answers/topics.h"
#include "engine/search/duplicates.h"

namespace corpuscope::answers {
namespace {

constexpr std::int64_t kMostUnits = 16'384;  // a larger corpus is sampled evenly
constexpr float kRepeats = 0.85f;            // two sentences whose vectors are nearer than this say the same
/// Members of a topic, the most central first, among which the sentence is looked for that stands best by
/// itself.
constexpr std::size_t kExaminedPerTopic = 64;
/// A sentence that stands word for word in more documents than this belongs to none of them: a notice that a
/// template puts on every page. (A page as .txt and as .html is two.)
constexpr std::size_t kDocumentsOfOne = 2;
/// On the scale of a cosine: an item of a list says little without the sentence that the list belongs to.
constexpr double kListItem = 0.15;

/// A unit of a document.
struct Place {
    DocumentId document;
    std::int64_t unit = 0;
};

struct Sample {
    std::int64_t dimension = 0;
    std::vector<float> rows;  // [places, dimension]
    std::vector<Place> places;
    const float* row(std::int64_t index) const { return rows.data() + index * dimension; }
};

Sample sample_units(const library::Library& library, const std::vector<library::DocumentRecord>& documents) {
    std::int64_t all = 0;
    for (const library::DocumentRecord& document : documents) all += document.units;
    const std::int64_t step = std::max<std::int64_t>(1, (all + kMostUnits - 1) / kMostUnits);
    Sample sample;
    std::int64_t next = 0;  // units until the next one taken
    for (const library::DocumentRecord& document : documents) {
        const auto vectors = library.quantized_vectors(document.id, library::VectorLevel::Unit);
        if (!vectors) continue;
        sample.dimension = vectors->dimension;
        const auto units = static_cast<std::int64_t>(vectors->scales.size());
        for (; next < units; next += step) {
            const float scale = vectors->scales[static_cast<std::size_t>(next)];
            for (std::int64_t k = 0; k < sample.dimension; ++k)
                sample.rows.push_back(scale *
                                      vectors->codes[static_cast<std::size_t>(next * sample.dimension + k)]);
            sample.places.push_back({document.id, next});
        }
        next -= units;
    }
    return sample;
}

/// Documents that sentences are taken from, each loaded once.
class Sources {
 public:
    explicit Sources(const library::Library& library) : library_(library) {}

    struct Source {
        library::StoredText text;
        std::vector<library::StoredPassage> passages;
        std::vector<ByteRange> sentences, units;
    };
    const Source& source(DocumentId id) {
        const auto known = sources_.find(id);
        if (known != sources_.end()) return known->second;
        return sources_
            .emplace(id, Source{library_.text(id), library_.passages(id), library_.sentences(id),
                                library_.units(id).ranges})
            .first->second;
    }

    static std::string_view bytes(const Source& source, const ByteRange& range) {
        return std::string_view(source.text.text)
            .substr(static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.size()));
    }

    /// The first sentence of the unit that reads well and stands in running text.
    static std::optional<ByteRange> sentence_of(const Source& source, std::int64_t unit) {
        const ByteRange& range = source.units.at(static_cast<std::size_t>(unit));
        auto sentence = std::partition_point(source.sentences.begin(), source.sentences.end(),
                                             [&](const ByteRange& s) { return s.begin < range.begin; });
        for (; sentence != source.sentences.end() && sentence->end <= range.end; ++sentence)
            if (in_running_text(source, *sentence) && reads_as_sentence(bytes(source, *sentence)))
                return *sentence;
        return std::nullopt;
    }

    static bool in_list(const Source& source, const ByteRange& sentence) {
        const documents::Block* block = block_of(source, sentence);
        return block != nullptr &&
               (block->kind == documents::BlockKind::ListItem || block->kind == documents::BlockKind::Term);
    }

    static const library::StoredPassage* passage_at(const Source& source, std::int64_t offset) {
        for (const library::StoredPassage& passage : source.passages)
            if (passage.range.contains(offset)) return &passage;
        return nullptr;
    }

 private:
    /// The block that holds the whole sentence. Null: there is none.
    static const documents::Block* block_of(const Source& source, const ByteRange& sentence) {
        const auto& blocks = source.text.blocks;
        const auto after = std::partition_point(
            blocks.begin(), blocks.end(),
            [&](const documents::Block& block) { return block.range.begin <= sentence.begin; });
        if (after == blocks.begin() || sentence.end > std::prev(after)->range.end) return nullptr;
        return &*std::prev(after);
    }

    static bool in_running_text(const Source& source, const ByteRange& sentence) {
        if (source.text.blocks.empty()) return true;
        const documents::Block* block = block_of(source, sentence);
        return block != nullptr &&
               (block->kind == documents::BlockKind::Paragraph ||
                block->kind == documents::BlockKind::Quote || block->kind == documents::BlockKind::ListItem);
    }

    const library::Library& library_;
    std::map<DocumentId, Source> sources_;
};

struct Candidate {
    std::int64_t row = 0;  // of the sample
    ByteRange range;
    double centrality = 0;  // cosine with the topic's centre
    double merit = 0;       // what the choice is by
};

/// Sentences of the topic's most central units, the best first.
std::vector<Candidate> candidates_of(const Topic& topic, const Sample& sample, Sources& sources) {
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < std::min(kExaminedPerTopic, topic.members.size()); ++i) {
        const std::int64_t row = topic.members[i];
        const Place& place = sample.places[static_cast<std::size_t>(row)];
        const Sources::Source& source = sources.source(place.document);
        const auto sentence = Sources::sentence_of(source, place.unit);
        if (!sentence) continue;
        const double centrality = faiss::fvec_inner_product(sample.row(row), topic.centre.data(),
                                                            static_cast<std::size_t>(sample.dimension));
        const double cost = dependence(Sources::bytes(source, *sentence)) +
                            (Sources::in_list(source, *sentence) ? kListItem : 0.0);
        candidates.push_back({row, *sentence, centrality, centrality - cost});
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.merit > b.merit; });
    return candidates;
}

class Picker {
 public:
    Picker(const library::Library& library, Sources& sources, const Sample& sample)
        : library_(library), sources_(sources), sample_(sample) {}

    /// Takes the next of a topic's candidates that repeats nothing and is no notice. False: there is none.
    bool take_from(const std::vector<Candidate>& candidates, std::size_t& next) {
        while (next < candidates.size()) {
            const Candidate& candidate = candidates[next++];
            const Place& place = sample_.places[static_cast<std::size_t>(candidate.row)];
            const std::string_view text = Sources::bytes(sources_.source(place.document), candidate.range);
            if (repeats(candidate.row) || is_notice(text) || seen_.seen(text)) continue;
            picked.push_back(candidate);
            return true;
        }
        return false;
    }

    std::vector<Candidate> picked;

 private:
    bool repeats(std::int64_t row) const {
        return std::any_of(picked.begin(), picked.end(), [&](const Candidate& other) {
            return faiss::fvec_inner_product(sample_.row(row), sample_.row(other.row),
                                             static_cast<std::size_t>(sample_.dimension)) > kRepeats;
        });
    }

    bool is_notice(std::string_view sentence) const {
        return library_.documents_with_phrase(sentence).size() > kDocumentsOfOne;
    }

    const library::Library& library_;
    Sources& sources_;
    const Sample& sample_;
    search::DuplicateFilter seen_;
};

std::vector<library::DocumentRecord> ready_documents(const library::Library& library,
                                                     const std::vector<DocumentId>& wanted) {
    std::vector<library::DocumentRecord> records = library.documents();
    std::erase_if(records, [&](const library::DocumentRecord& record) {
        const bool asked =
            wanted.empty() || std::find(wanted.begin(), wanted.end(), record.id) != wanted.end();
        return !asked || record.state != library::DocumentState::Ready;
    });
    return records;
}

Coverage coverage_of(const library::Library& library, const std::vector<DocumentId>& documents) {
    if (documents.empty()) return corpuscope::answers::coverage_of(library);
    Coverage coverage;
    for (const DocumentId id : documents) {
        const auto record = library.document(id);
        if (!record) continue;
        ++coverage.documents;
        if (record->state == library::DocumentState::Ready)
            ++coverage.searched;
        else if (record->state == library::DocumentState::Failed)
            ++coverage.failed;
        else
            ++coverage.pending;
    }
    return coverage;
}

}  // namespace

Summary summarize(const library::Library& library, const std::vector<DocumentId>& documents, int sentences) {
    Summary summary;
    summary.coverage = coverage_of(library, documents);
    const std::vector<library::DocumentRecord> ready = ready_documents(library, documents);
    const Sample sample = sample_units(library, ready);
    if (sample.places.empty() || sentences <= 0) return summary;

    Sources sources(library);
    Picker picker(library, sources, sample);
    const std::vector<Topic> topics = find_topics(sample.rows, sample.dimension, sentences);
    std::vector<std::vector<Candidate>> candidates;
    for (const Topic& topic : topics) candidates.push_back(candidates_of(topic, sample, sources));
    std::vector<std::size_t> next(topics.size());
    // One sentence a topic; where topics have none (code, tables), the others give a second one, the largest
    // first.
    const auto wanted = static_cast<std::size_t>(sentences);
    for (bool more = true; more && picker.picked.size() < wanted;) {
        more = false;
        for (std::size_t t = 0; t < topics.size() && picker.picked.size() < wanted; ++t)
            more = picker.take_from(candidates[t], next[t]) || more;
    }

    std::sort(picker.picked.begin(), picker.picked.end(),
              [](const Candidate& a, const Candidate& b) { return a.row < b.row; });
    Citer citer(library);
    for (const Candidate& picked : picker.picked) {
        const Sources::Source& source =
            sources.source(sample.places[static_cast<std::size_t>(picked.row)].document);
        const library::StoredPassage* passage = Sources::passage_at(source, picked.range.begin);
        if (!passage) continue;
        summary.sentences.push_back(
            citer.sentence(*passage, picked.range, Sources::bytes(source, picked.range), picked.centrality));
    }
    return summary;
}

}  // namespace corpuscope::answers
