// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The rows of an export, one after another, whatever their level and whatever the file they go to.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engine/export/exporter.h"

namespace corpuscope::exporting {

/// A document or a stretch of one.
struct Row {
    std::string path;
    ByteRange range;  ///< of the document's text
    int page = 0;     ///< 1-based; 0 where the format has no pages
};

using RowSink = std::function<void(const Row& row, std::span<const float> vector)>;

/// Documents whose vectors are stored, in the order of the sequence.
std::vector<library::DocumentRecord> exportable(const library::Library& library);

std::int64_t count_rows(const std::vector<library::DocumentRecord>& documents, Level level);

/// Passages and documents as they are stored.
void stored_rows(const library::Library& library, const std::vector<library::DocumentRecord>& documents,
                 const Options& options, const RowSink& sink);

/// The last hidden state of every token, [CLS] and [SEP] left out, from a pass over the whole sequence. A
/// token's range is that of its characters. They are gathered in a temporary file in `folder`, as the pass
/// need not go in order.
void token_rows(const library::Library& library, const std::vector<library::DocumentRecord>& documents,
                longnet::Encoder& encoder, const Options& options, const std::filesystem::path& folder,
                const RowSink& sink);

}  // namespace corpuscope::exporting
