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

/// Where what `out` holds is described: manifest.json beside it; where that is the manifest of another export
/// whose file is still there, or another program's file of this common name, `out`.manifest.json. Throws
/// std::runtime_error where that is another program's, too.
std::filesystem::path manifest_file(const std::filesystem::path& out);

/// Whether a file of this name could be a manifest.
bool is_name_of_manifest(const std::filesystem::path& path);

/// The manifest: what the vectors are and what they were made of.
std::string describe(const library::Library& library, const longnet::Encoder& encoder,
                     const std::vector<library::DocumentRecord>& documents, const Report& report,
                     const Options& options);

}  // namespace corpuscope::exporting
