// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Every verb of the command line. Each has a file of its name.
#pragma once

#include <memory>
#include <vector>

#include "app/commands/command.h"

namespace corpuscope::app {

std::unique_ptr<Command> make_add();
std::unique_ptr<Command> make_ask();
std::unique_ptr<Command> make_attention();
std::unique_ptr<Command> make_bench();
std::unique_ptr<Command> make_bench_attention();
std::unique_ptr<Command> make_bench_encode();
std::unique_ptr<Command> make_bench_search();
std::unique_ptr<Command> make_compact();
std::unique_ptr<Command> make_encode();
std::unique_ptr<Command> make_evaluate();
std::unique_ptr<Command> make_export();
std::unique_ptr<Command> make_model();
std::unique_ptr<Command> make_remove();
std::unique_ptr<Command> make_search();
std::unique_ptr<Command> make_status();
std::unique_ptr<Command> make_summarize();
std::unique_ptr<Command> make_text();
std::unique_ptr<Command> make_verify();

/// In the order in which the help lists them.
std::vector<std::unique_ptr<Command>> all_commands();

}  // namespace corpuscope::app
