// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The tokens of RTF ("Rich Text Format Specification", version 1.9.1, Microsoft 2008).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace corpuscope::documents {

enum class RtfKind : std::uint8_t {
    GroupBegin,  ///< {
    GroupEnd,    ///< }
    Word,        ///< \name with an optional number
    Symbol,      ///< \ and one character that is no letter: its meaning is `text`
    Byte,        ///< \'hh: one byte of the code page, `number`
    Text,        ///< bytes as they stand, of one line
};

struct RtfToken {
    RtfKind kind = RtfKind::Text;
    std::string_view text;  ///< of a word its name; else the bytes themselves
    int number = 0;
    bool has_number = false;
    std::int64_t offset = 0;  ///< in the file
};

/// Goes through a file from its beginning. Never fails: whatever is malformed is text. The bytes of pictures
/// that stand there as they are (\binN) are stepped over.
class RtfTokens {
 public:
    explicit RtfTokens(std::string_view bytes) : bytes_(bytes) {}

    bool next(RtfToken& token);  ///< false at the end

 private:
    bool read_control(RtfToken& token);
    void read_word(RtfToken& token);

    std::string_view bytes_;
    std::size_t at_ = 0;
};

}  // namespace corpuscope::documents
