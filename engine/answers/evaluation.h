// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// How well one's own questions are answered on one's own folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/answers/answerer.h"

namespace corpuscope::answers {

/// A line of the questions file: {"question", "answers": [regular expressions], "path"?}. Without answers the corpus is
/// expected to have none: such a question should be refused.
struct EvaluationQuestion {
    std::string question;
    std::vector<std::string> answers;  ///< ECMAScript, case-insensitive; a passage that one of them matches is a hit
    std::string path;                  ///< where given, a hit must be of a document whose path ends in this
};

/// Throws std::runtime_error naming file, line and reason.
std::vector<EvaluationQuestion> read_questions(const std::filesystem::path& jsonl);

struct Evaluation {
    std::int64_t answerable = 0, unanswerable = 0;
    double recall_at_1 = 0, recall_at_5 = 0, mrr_at_10 = 0;
    double refused_answerable = 0;    ///< share of the answerable ones that were refused
    double refused_unanswerable = 0;  ///< share of the others that were refused
    std::vector<int> ranks;           ///< of each question's first hit, 0: none among the first 10; in order
};

Evaluation evaluate(const library::Library& library, Answerer& answerer, search::Searcher& searcher,
                    const std::vector<EvaluationQuestion>& questions, search::Mode mode, bool rerank);

}  // namespace corpuscope::answers
