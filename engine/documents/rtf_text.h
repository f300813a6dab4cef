// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The characters of RTF: bytes of the code page that the font in use names, or Unicode by number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace corpuscope::documents {

/// Text with the place of its beginning in the file; a line break has none.
struct RtfRun {
    std::string text;  ///< UTF-8
    std::int64_t source = -1;
};

/// Windows' code page of a font's \fcharsetN; 0: that of the whole file.
int rtf_code_page(int charset);

/// Gathers runs. A character can have several bytes, and two numbers (surrogates).
class RtfText {
 public:
    /// Bytes that follow one another in the text, though perhaps not in the file.
    void add_bytes(std::string_view bytes, int code_page, std::int64_t source);
    void add_utf16(std::uint16_t unit, std::int64_t source);
    void add(std::string text, std::int64_t source);

    bool empty() const { return runs_.empty() && bytes_.empty(); }
    std::vector<RtfRun> take();  ///< all of them, and begins anew

 private:
    void decode_bytes();

    std::vector<RtfRun> runs_;
    std::string bytes_;  // of code_page_, not decoded yet
    int code_page_ = 0;
    std::int64_t bytes_source_ = -1;
    std::uint16_t high_surrogate_ = 0;
};

}  // namespace corpuscope::documents
