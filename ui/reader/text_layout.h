// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// How a stored text becomes a QTextDocument, and where each of its bytes then stands.
#pragma once

#include <QPalette>
#include <QString>
#include <vector>

#include "engine/library/library.h"

class QFont;
class QTextDocument;

namespace corpuscope::ui {

/// The blocks of a text in parts that a QTextDocument lays out at once without being felt.
class TextParts {
 public:
    explicit TextParts(const library::StoredText& text);
    int count() const { return static_cast<int>(parts_.size()); }
    int partAt(std::int64_t offset) const;
    const std::vector<documents::Block>& blocks(int part) const {
        return parts_[static_cast<std::size_t>(part)];
    }

 private:
    std::vector<std::vector<documents::Block>> parts_;  ///< never empty
};

/// One paragraph of the QTextDocument.
struct LaidBlock {
    ByteRange range;
    int position = 0;  ///< of its first character in the QTextDocument
    QString text;
};

/// Fills `document` with blocks of `text`: headings larger, code in the fixed font, lists with bullets,
/// lines that were wrapped by hand as the paragraphs that they are. One character of the text is one
/// character of the document.
std::vector<LaidBlock> lay_out(QTextDocument& document, const library::StoredText& text,
                               const std::vector<documents::Block>& blocks, const QFont& font,
                               const QPalette& palette);

/// Position in the QTextDocument of a byte offset of the text; the nearest where the offset is outside
/// `blocks`.
int position_of(const std::vector<LaidBlock>& blocks, const library::StoredText& text, std::int64_t offset);

/// The bytes of a range as a string, whole characters only.
QString text_of(const library::StoredText& text, ByteRange range);

}  // namespace corpuscope::ui
