// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unicode/brkiter.h>

#include <memory>
#include <string_view>
#include <vector>

#include "engine/types.h"

namespace corpuscope::documents {

/// Splits text into sentences; keeps ICU's break iterator between calls, since making one costs more than a
/// short text.
class SentenceSplitter {
 public:
    SentenceSplitter();

    /// Appends the sentences of `text`, their ranges moved by `offset`. Rules: see split_sentences in
    /// passages.h.
    void split(std::string_view text, std::int64_t offset, std::vector<ByteRange>& sentences);

 private:
    std::unique_ptr<icu::BreakIterator> breaks_;
};

}  // namespace corpuscope::documents
