// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "engine/answers/answer.h"
#include "engine/answers/library_questions.h"
#include "engine/search/searcher.h"

namespace corpuscope::answers {

/// Answers questions with sentences of the documents, never with words of its own; questions about the
/// library itself
/// ("how many PDFs", "which documents mention X") from SQL.
class Answerer {
 public:
    Answerer(const library::Library& library, search::Searcher& searcher)
        : library_(library), searcher_(searcher) {}

    Answer ask(std::string_view question, int limit = 5);
    /// The passages of a search as citations.
    std::vector<CitedPassage> cite(const std::vector<search::Hit>& hits) const;

 private:
    /// False where the question is one for the documents.
    bool ask_library(int limit, Answer& answer) const;
    void ask_documents(int limit, Answer& answer);

    const library::Library& library_;
    search::Searcher& searcher_;
};

/// The most central sentences of the given documents (empty: the whole corpus), one a topic, without
/// repetition, in reading order, each cited.
Summary summarize(const library::Library& library, const std::vector<DocumentId>& documents, int sentences);

/// Of the given documents; empty: of the whole corpus.
Coverage coverage_of(const library::Library& library, const std::vector<DocumentId>& documents = {});

}  // namespace corpuscope::answers
