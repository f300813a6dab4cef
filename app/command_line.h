// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace corpuscope::app {

/// What a line without a verb asks of the window.
struct WindowArguments {
    std::vector<std::string> paths;  ///< to be added once the library is open
    std::string library;             ///< empty: the default
    std::string model = "default";
    std::string backend = "auto";
    int threads = 0;
    std::string screenshots;  ///< folder for pictures of every panel; empty: a window for people
    std::string question;     ///< asked in the screenshots; empty: the program chooses one
};

/// Opens the window and returns its exit code. Empty in a build without one.
using WindowLauncher = std::function<int(const WindowArguments&)>;

/// Runs `corpuscope VERB ...`, or hands the rest to `window`. Returns the exit code: 0 done; 1 failed; 2 bad
/// usage; 3 done, but some documents failed.
int run_command_line(int argc, char** argv, const WindowLauncher& window);

}  // namespace corpuscope::app
