// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// One file, from the disk to what the library stores of it. Touches no library, so that the next file can be
// read while the last one is stored.
#pragma once

#include <optional>
#include <string>

#include "engine/documents/passages.h"
#include "engine/documents/process/reading_process.h"
#include "engine/documents/reader.h"
#include "engine/indexing/scanner.h"
#include "engine/library/library.h"
#include "engine/progress.h"

namespace corpuscope::indexing {

struct ReadingSettings {
    documents::Limits limits;
    documents::ReadingProcess* reader = nullptr;  ///< null: documents are read in this process
    documents::PassageOptions passages;
    documents::TokenizeFunction tokenize;
    std::string segmentation;  ///< DocumentRecord::segmentation of what is cut with `passages` and `tokenize`
    Control* control = nullptr;
};

struct ReadingTask {
    FoundFile file;
    library::DocumentRecord known;  ///< what the library has of it
    bool again = false;             ///< read even if the content is the same
};

struct ReadingResult {
    enum class Outcome {
        Same,      ///< the content is what the library has; only record.modified_ns is new
        Read,      ///< record and `read`
        Failed,    ///< record and `reason`
        Vanished,  ///< it was there when the folder was looked through
    } outcome = Outcome::Same;
    library::DocumentRecord record;
    library::ReadDocument read;
    std::string reason;
};

/// Throws Cancelled and ReadingProcessError; every other failure is a result.
ReadingResult read_file(const ReadingTask& task, const ReadingSettings& settings);

/// Cuts a document anew from what is stored of it.
library::ReadDocument cut_again(const library::DocumentRecord& record, library::StoredText stored,
                                const ReadingSettings& settings);

}  // namespace corpuscope::indexing
