// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/reader/text_layout.h"

#include <QFontDatabase>
#include <QTextBlockFormat>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextList>
#include <algorithm>
#include <array>

#include "ui/models/wrapped_lines.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {

using documents::Block;
using documents::BlockKind;

constexpr std::int64_t kPartBytes = 192 << 10;
constexpr std::int64_t kBlockBytes = 32 << 10;

bool is_character_start(const std::string& text, std::int64_t offset) {
    return offset >= static_cast<std::int64_t>(text.size()) ||
           (static_cast<unsigned char>(text[static_cast<std::size_t>(offset)]) & 0xC0) != 0x80;
}

/// Where to cut a block that is too long: after its last line break inside the bound, else between two
/// characters.
std::int64_t cut_point(const std::string& text, ByteRange range) {
    const std::int64_t bound = range.begin + kBlockBytes;
    const std::size_t line_end = text.rfind('\n', static_cast<std::size_t>(bound));
    if (line_end != std::string::npos && static_cast<std::int64_t>(line_end) > range.begin) {
        return static_cast<std::int64_t>(line_end) + 1;
    }
    std::int64_t cut = bound;
    while (!is_character_start(text, cut)) --cut;
    return cut;
}

std::vector<Block> blocks_of(const library::StoredText& text) {
    std::vector<Block> blocks = text.blocks;
    if (blocks.empty())
        blocks.push_back({BlockKind::Paragraph, 0, {0, static_cast<std::int64_t>(text.text.size())}});
    return blocks;
}

void set_formats(const Block& block, bool after_same, const QFont& font, const QPalette& palette,
                 QTextBlockFormat& block_format, QTextCharFormat& char_format) {
    char_format.setFont(font);
    block_format.setLineHeight(125, QTextBlockFormat::ProportionalHeight);
    block_format.setBottomMargin(kGrid);
    switch (block.kind) {
        case BlockKind::Heading: {
            static constexpr std::array factors{1.55, 1.3, 1.15, 1.05};
            const auto level = static_cast<std::size_t>(std::clamp(block.level, 1, 4) - 1);
            char_format.setFont(scaled_font(font, factors[level], true));
            block_format.setTopMargin(kGrid * (block.level <= 2 ? 2 : 1));
            block_format.setLineHeight(110, QTextBlockFormat::ProportionalHeight);
            block_format.setHeadingLevel(std::clamp(block.level, 1, 6));
            break;
        }
        case BlockKind::Code: {
            QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
            fixed.setPointSizeF(scaled_font(font, 0.92).pointSizeF());
            char_format.setFont(fixed);
            block_format.setBackground(
                mix(palette.color(QPalette::Base), palette.color(QPalette::Text), 0.06));
            block_format.setLineHeight(115, QTextBlockFormat::ProportionalHeight);
            break;
        }
        case BlockKind::Quote:
            block_format.setLeftMargin(kGrid * 3);
            break;
        case BlockKind::ListItem:
            block_format.setBottomMargin(kGrid / 2);
            break;
        case BlockKind::Term:
            char_format.setFont(scaled_font(font, 1.0, true));
            block_format.setBottomMargin(kGrid / 4);
            break;
        case BlockKind::TableRow:
            block_format.setBottomMargin(kGrid / 4);
            block_format.setTabPositions(
                {{kGrid * 20, QTextOption::LeftTab}, {kGrid * 40, QTextOption::LeftTab}});
            break;
        case BlockKind::Paragraph:
            break;
    }
    if (after_same && block.kind == BlockKind::Code) block_format.setTopMargin(-kGrid);
}

}  // namespace

TextParts::TextParts(const library::StoredText& text) : parts_(1) {
    std::int64_t size = 0;
    const auto append = [&](const Block& block) {
        if (size >= kPartBytes) {
            parts_.emplace_back();
            size = 0;
        }
        parts_.back().push_back(block);
        size += block.range.size();
    };
    for (Block block : blocks_of(text)) {
        while (block.range.size() > kBlockBytes) {
            Block head = block;
            head.range.end = cut_point(text.text, block.range);
            block.range.begin = head.range.end;
            append(head);
        }
        append(block);
    }
}

int TextParts::partAt(std::int64_t offset) const {
    int part = 0;
    while (part + 1 < count() && !blocks(part + 1).empty() && blocks(part + 1).front().range.begin <= offset)
        ++part;
    return part;
}

QString text_of(const library::StoredText& text, ByteRange range) {
    const auto size = static_cast<std::int64_t>(text.text.size());
    std::int64_t begin = std::clamp<std::int64_t>(range.begin, 0, size);
    std::int64_t end = std::clamp<std::int64_t>(range.end, begin, size);
    while (begin < end && !is_character_start(text.text, begin)) ++begin;
    while (end > begin && !is_character_start(text.text, end)) --end;
    return QString::fromUtf8(text.text.data() + begin, static_cast<qsizetype>(end - begin));
}

std::vector<LaidBlock> lay_out(QTextDocument& document, const library::StoredText& text,
                               const std::vector<Block>& blocks, const QFont& font, const QPalette& palette) {
    document.clear();
    document.setUndoRedoEnabled(false);
    document.setDocumentMargin(kGrid * 2);
    std::vector<LaidBlock> laid;
    laid.reserve(blocks.size());
    QTextCursor cursor(&document);
    cursor.beginEditBlock();
    QTextList* list = nullptr;
    const Block* before = nullptr;
    for (const Block& block : blocks) {
        QTextBlockFormat block_format;
        QTextCharFormat char_format;
        set_formats(block, before != nullptr && before->kind == block.kind, font, palette, block_format,
                    char_format);
        if (before != nullptr) {
            cursor.insertBlock(block_format, char_format);
            if (QTextList* inherited = cursor.currentList()) inherited->remove(cursor.block());
            cursor.setBlockFormat(block_format);
        } else {
            cursor.setBlockFormat(block_format);
        }
        QString shown = text_of(text, block.range);
        if (block.kind != BlockKind::Code && block.kind != BlockKind::TableRow)
            shown = with_wrapped_lines_joined(shown);
        laid.push_back({block.range, cursor.position(), shown});
        const bool marked = shown.startsWith(u'•') || shown.startsWith(u'-') || shown.startsWith(u'*') ||
                            (!shown.isEmpty() && shown.front().isDigit());
        if (block.kind == BlockKind::ListItem && !marked) {
            if (list == nullptr) {
                list = cursor.createList(QTextListFormat::ListDisc);
            } else {
                list->add(cursor.block());
            }
        } else {
            list = nullptr;
        }
        cursor.insertText(shown.replace(u'\n', QChar(QChar::LineSeparator)), char_format);
        before = &block;
    }
    cursor.endEditBlock();
    return laid;
}

int position_of(const std::vector<LaidBlock>& blocks, const library::StoredText& text, std::int64_t offset) {
    if (blocks.empty()) return 0;
    auto after = std::upper_bound(
        blocks.begin(), blocks.end(), offset,
        [](std::int64_t value, const LaidBlock& block) { return value < block.range.begin; });
    if (after == blocks.begin()) return blocks.front().position;
    const LaidBlock& block = *std::prev(after);
    const std::int64_t inside = std::min(offset, block.range.end);
    return block.position + static_cast<int>(text_of(text, {block.range.begin, inside}).size());
}

}  // namespace corpuscope::ui
