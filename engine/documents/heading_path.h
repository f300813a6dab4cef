// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace corpuscope::documents {

/// The headings above a place, kept while going through a document from its beginning.
class HeadingPath {
 public:
    /// `level` as in Block: the heading ends the sections of its own level and of those below it.
    void enter(int level, std::string_view text);

    std::string joined() const;  ///< topmost first, with " › " between them; empty above the first heading

 private:
    struct Entry {
        int level;
        std::string text;
    };
    std::vector<Entry> path_;
};

}  // namespace corpuscope::documents
