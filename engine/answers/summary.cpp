// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Extractive summaries: the units of the documents are grouped into topics by their contextual vectors; of
// each topic a sentence near its centre is quoted that can stand by itself and repeats none taken before.
#include <faiss/utils/distances.h>

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/answers/answerer.h"
#include "engine/answers/citations.h"
#include "engine/answers/quotable.h"
#include "engine/answers/summary_sources.h"
#include "engine/answers/topic_words.h"
#include "engine/answers/topics.h"
#include "engine/search/duplicates.h"
#include "engine/search/words.h"

namespace corpuscope::answers {
namespace {

constexpr std::int64_t kMostUnits = 16'384;  // a larger corpus is sampled evenly
constexpr float kRepeats = 0.85f;            // two sentences whose vectors are nearer than this say the same
/// Members of a topic, the most central first, among which the sentence is looked for that stands best by
/// itself.
constexpr std::size_t kExaminedPerTopic = 64;
constexpr std::size_t kWordsPerTopic = 3;
constexpr std::size_t kReadPerTopic = 128;  // members that its words are taken from
/// A sentence that stands word for word in more documents than this belongs to none of them: a notice that a
/// template puts on every page. (A page as .txt and as .html is two.)
constexpr std::size_t kDocumentsOfOne = 2;
// On the scale of a cosine: all of the topic's words in a sentence make up for that much; an item of a list
// says little without the sentence that the list belongs to.
constexpr double kTelling = 0.15, kListItem = 0.15;

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

struct Candidate {
    std::int64_t row = 0;  // of the sample
    std::size_t topic = 0;
    ByteRange range;
    double centrality = 0;  // cosine with the topic's centre
    double merit = 0;       // what the choice is by
};

std::set<std::string> stems_of(const std::vector<std::string>& words) {
    std::set<std::string> stems;
    for (const std::string& word : words) stems.merge(search::content_stems(word));
    return stems;
}

/// The most central members of a topic, as many as are examined.
std::span<const std::int64_t> examined(const Topic& topic) {
    return std::span(topic.members).first(std::min(kExaminedPerTopic, topic.members.size()));
}

/// Sentences of the most central units of topic `t`, the best first.
std::vector<Candidate> candidates_of(std::size_t t, const Topic& topic, const std::vector<std::string>& words,
                                     const Sample& sample, SummarySources& sources) {
    const std::set<std::string> stems = stems_of(words);
    std::vector<Candidate> candidates;
    for (const std::int64_t row : examined(topic)) {
        const Place& place = sample.places[static_cast<std::size_t>(row)];
        const SummarySource& source = sources.of(place.document);
        const auto sentence = source.sentence_of(place.unit);
        if (!sentence) continue;
        const double centrality = faiss::fvec_inner_product(sample.row(row), topic.centre.data(),
                                                            static_cast<std::size_t>(sample.dimension));
        const std::string_view text = source.bytes(*sentence);
        const double merit = centrality + kTelling * search::share_covered(stems, text) - dependence(text) -
                             (source.in_list(*sentence) ? kListItem : 0.0);
        candidates.push_back({row, t, *sentence, centrality, merit});
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.merit > b.merit; });
    return candidates;
}

std::vector<std::vector<std::string>> words_of_topics(const std::vector<Topic>& topics, const Sample& sample,
                                                      SummarySources& sources) {
    std::vector<std::vector<std::string_view>> texts(topics.size());
    for (std::size_t t = 0; t < topics.size(); ++t) {
        const std::vector<std::int64_t>& members = topics[t].members;
        const std::size_t step = std::max<std::size_t>(1, members.size() / kReadPerTopic);
        for (std::size_t i = 0; i < members.size(); i += step) {
            const Place& place = sample.places[static_cast<std::size_t>(members[i])];
            texts[t].push_back(sources.of(place.document).unit_text(place.unit));
        }
    }
    return telling_words(texts, kWordsPerTopic);
}

class Picker {
 public:
    Picker(const library::Library& library, SummarySources& sources, const Sample& sample)
        : library_(library), sources_(sources), sample_(sample) {}

    /// Takes the next of a topic's candidates that repeats nothing and is no notice. False: there is none.
    bool take_from(const std::vector<Candidate>& candidates, std::size_t& next) {
        while (next < candidates.size()) {
            const Candidate& candidate = candidates[next++];
            const Place& place = sample_.places[static_cast<std::size_t>(candidate.row)];
            const std::string_view text = sources_.of(place.document).bytes(candidate.range);
            if (repeats(candidate.row) || (!notices_too && is_notice(text)) || seen_.seen(text)) continue;
            picked.push_back(candidate);
            return true;
        }
        return false;
    }

    std::vector<Candidate> picked;
    /// Also sentences that stand in many documents: where these are versions of one text, all do.
    bool notices_too = false;

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
    SummarySources& sources_;
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

}  // namespace

Summary summarize(const library::Library& library, const std::vector<DocumentId>& documents, int sentences) {
    const library::Library::ReadTransaction transaction(library);
    Summary summary;
    summary.coverage = coverage_of(library, documents);
    const std::vector<library::DocumentRecord> ready = ready_documents(library, documents);
    const Sample sample = sample_units(library, ready);
    if (sample.places.empty() || sentences <= 0) return summary;

    SummarySources sources(library);
    Picker picker(library, sources, sample);
    const std::vector<Topic> topics = find_topics(sample.rows, sample.dimension, sentences);
    const auto words = words_of_topics(topics, sample, sources);
    std::vector<std::vector<Candidate>> candidates;
    for (std::size_t t = 0; t < topics.size(); ++t)
        candidates.push_back(candidates_of(t, topics[t], words[t], sample, sources));
    std::vector<std::size_t> next(topics.size());
    // One sentence a topic; where topics have none (code, tables), the others give a second one, the largest
    // first.
    const auto wanted = static_cast<std::size_t>(sentences);
    const auto pick = [&] {
        for (bool more = true; more && picker.picked.size() < wanted;) {
            more = false;
            for (std::size_t t = 0; t < topics.size() && picker.picked.size() < wanted; ++t)
                more = picker.take_from(candidates[t], next[t]) || more;
        }
    };
    pick();
    if (picker.picked.empty()) {
        picker.notices_too = true;
        std::fill(next.begin(), next.end(), 0);
        pick();
    }

    std::sort(picker.picked.begin(), picker.picked.end(),
              [](const Candidate& a, const Candidate& b) { return a.row < b.row; });
    Citer citer(library);
    for (const Candidate& picked : picker.picked) {
        const SummarySource& source =
            sources.of(sample.places[static_cast<std::size_t>(picked.row)].document);
        const library::StoredPassage* passage = source.passage_at(picked.range.begin);
        if (!passage) continue;
        summary.sentences.push_back(
            {citer.sentence(*passage, picked.range, source.bytes(picked.range), picked.centrality),
             words[picked.topic],
             static_cast<double>(topics[picked.topic].members.size()) /
                 static_cast<double>(sample.places.size())});
    }
    return summary;
}

}  // namespace corpuscope::answers
