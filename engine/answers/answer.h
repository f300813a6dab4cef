// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/types.h"

namespace corpuscope::answers {

/// A passage of a document, quoted word for word.
struct CitedPassage {
    DocumentId document;
    std::string path;
    std::string title;
    int page = 0;  ///< 1-based; 0 where the format has no pages
    std::string heading;
    ByteRange range;  ///< of the document's extracted text
    std::string text;
    double score = 0;
};

/// A sentence or phrase of a document that answers, quoted word for word.
struct CitedAnswer {
    DocumentId document;
    std::string path;
    std::string title;
    int page = 0;
    std::string heading;
    ByteRange range;
    std::string text;
    double score = 0;  ///< 0..1: calibrated chance that it answers
};

/// How much of the corpus an answer looked at.
struct Coverage {
    std::int64_t documents = 0, searched = 0, failed = 0, pending = 0;
};

struct Answer {
    std::string question;
    bool answered = false;       ///< false: below the calibrated score; `passages` are then the nearest
    bool about_library = false;  ///< a question about the library itself: `note` has the answer
    std::vector<CitedAnswer> answers;
    std::vector<CitedPassage> passages;
    Coverage coverage;
    std::string note;  ///< for people, where there is something to say (why nothing was answered, a count, a
                       ///< list, ...)
};

/// A sentence that stands for what many parts of the documents are about.
struct SummarySentence : CitedAnswer {
    std::vector<std::string> topic;  ///< words that set it apart from the others, the most telling first
    double share = 0;                ///< 0..1: of the text's units, those that are about it
};

struct Summary {
    std::vector<SummarySentence> sentences;  ///< in reading order
    Coverage coverage;
};

}  // namespace corpuscope::answers
