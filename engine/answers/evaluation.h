// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// How well one's own questions are answered on one's own folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/answers/answerer.h"

namespace corpuscope::answers {

/// A line of the questions file: {"question", "answers": [regular expressions], "path"?}. Without answers the
/// corpus is expected to have none: such a question should be refused.
struct EvaluationQuestion {
    std::string question;
    std::vector<std::string>
        answers;       ///< regular expressions (PCRE), without regard to case, in which white space stands
                       ///< for any white space; a passage that one of them matches is a hit
    std::string path;  ///< where given, a hit must be of a document whose path ends in this
};

/// Throws std::runtime_error naming file, line and reason.
std::vector<EvaluationQuestion> read_questions(const std::filesystem::path& jsonl);

struct Evaluation {
    std::int64_t answerable = 0, unanswerable = 0;
    // Of the answerable questions: share with a hit among the first 1 and 5 passages, and the mean of 1 /
    // rank of the first hit, 0 where none is among the first 10.
    double recall_at_1 = 0, recall_at_5 = 0, mrr_at_10 = 0;
    /// Share of each kind that `ask` refused, and share of the answerable ones whose first answer is a hit.
    /// Only in hybrid mode with the rerank, which is how `ask` searches.
    std::optional<double> refused_answerable, refused_unanswerable, first_answer;
    std::vector<int> ranks;  ///< of each question's first hit, 0: none among the first 10; in order
};

/// `progress` is called after each question with the number done.
Evaluation evaluate(Answerer& answerer, search::Searcher& searcher,
                    const std::vector<EvaluationQuestion>& questions, search::Mode mode, bool rerank,
                    const std::function<void(std::int64_t)>& progress = {});

}  // namespace corpuscope::answers
