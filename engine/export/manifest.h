// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "engine/export/rows.h"

namespace corpuscope::exporting {

/// Beside a file that holds numbers alone: a JSON line for each row.
std::filesystem::path rows_file(const std::filesystem::path& out);

/// {"path", "start", "end", "page"}
std::string describe(const Row& row);

/// Is there nothing at `path`, or the manifest of an earlier export? Such a common name may be another
/// program's file.
bool may_replace(const std::filesystem::path& path);

/// manifest.json: what the vectors are and what they were made of.
std::string describe(const library::Library& library, const longnet::Encoder& encoder,
                     const std::vector<library::DocumentRecord>& documents, const Report& report,
                     const Options& options);

}  // namespace corpuscope::exporting
