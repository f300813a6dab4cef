// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Finding the models that are installed.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace corpuscope {

/// Folders with models: $CORPUSCOPE_MODELS, $XDG_DATA_HOME/corpuscope/models, the program's own (installed
/// beside it, or the source tree's resources/models of a build that was not installed).
std::vector<std::filesystem::path> model_folders();

/// A name ("default") or a path to a model folder. Throws std::runtime_error that lists where it looked.
std::filesystem::path find_model(const std::string& name_or_path);

}  // namespace corpuscope
