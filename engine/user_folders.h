// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace corpuscope {

/// Where programs keep what they made for the user: $XDG_DATA_HOME, else .local/share in $HOME, else in the
/// home folder that the system knows of; relative values count for nothing, as the XDG base directory
/// specification has it. Empty where there is no home folder at all.
std::filesystem::path user_data_folder();

}  // namespace corpuscope
