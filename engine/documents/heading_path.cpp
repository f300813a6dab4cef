// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/heading_path.h"

#include <algorithm>

namespace corpuscope::documents {

void HeadingPath::enter(int level, std::string_view text) {
    while (!path_.empty() && path_.back().level >= level) path_.pop_back();
    std::string& line = path_.emplace_back(Entry{level, std::string(text)}).text;
    std::replace(line.begin(), line.end(), '\n', ' ');
}

std::string HeadingPath::joined() const {
    std::string result;
    for (const Entry& entry : path_) result += (result.empty() ? "" : " › ") + entry.text;
    return result;
}

}  // namespace corpuscope::documents
