// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "engine/library/library.h"

inline corpuscope::library::DocumentRecord record(
    std::int64_t id, const std::string& path,
    corpuscope::library::DocumentState state = corpuscope::library::DocumentState::Ready) {
    corpuscope::library::DocumentRecord made;
    made.id = corpuscope::DocumentId{id};
    made.path = path;
    made.state = state;
    made.format = "html";
    made.passages = 3;
    made.tokens = 120;
    made.bytes = 1000;
    return made;
}
