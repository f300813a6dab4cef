// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What every test of the readers needs: the test files, and the promises of document.h that hold for each
// document.
#pragma once

#include <QTest>
#include <algorithm>
#include <string>
#include <vector>

#include "engine/documents/reader.h"

namespace corpuscope::documents {

inline std::filesystem::path data(const std::string& name) {
    return std::filesystem::path(CORPUSCOPE_TEST_DATA) / "documents" / name;
}

inline std::string slice(const std::string& text, ByteRange range) {
    return text.substr(static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.size()));
}

/// Texts of the blocks of one kind; of any level if 0.
inline std::vector<std::string> blocks_of(const Document& document, BlockKind kind, int level = 0) {
    std::vector<std::string> texts;
    for (const Block& block : document.blocks)
        if (block.kind == kind && (level == 0 || block.level == level))
            texts.push_back(slice(document.text, block.range));
    return texts;
}

inline bool contains(const std::vector<std::string>& texts, const std::string& text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
}

/// Blocks in order and apart by white space only, pages covering the text, no NUL, valid UTF-8.
inline void check_promises(const Document& document) {
    std::int64_t at = 0;
    const auto blank = [&](std::int64_t begin, std::int64_t end) {
        return slice(document.text, {begin, end}).find_first_not_of(" \n") == std::string::npos;
    };
    for (const Block& block : document.blocks) {
        QVERIFY(block.range.begin >= at);
        QVERIFY(!block.range.empty());
        QVERIFY(blank(at, block.range.begin));
        QCOMPARE(block.level > 0, block.kind == BlockKind::Heading);
        at = block.range.end;
    }
    QVERIFY(blank(at, static_cast<std::int64_t>(document.text.size())));
    QVERIFY(document.text.find('\0') == std::string::npos);
    QVERIFY(document.text.find('\r') == std::string::npos);
    QCOMPARE(QString::fromStdString(document.text).toStdString(), document.text);
    QVERIFY(!document.title.empty());
    if (!document.pages.empty()) {
        QCOMPARE(document.pages.front().begin, std::int64_t{0});
        QCOMPARE(document.pages.back().end, static_cast<std::int64_t>(document.text.size()));
        for (std::size_t i = 1; i < document.pages.size(); ++i)
            QCOMPARE(document.pages[i].begin, document.pages[i - 1].end);
    }
}

/// Every word of the text that is pure ASCII letters stands at the place of the original that the map names.
inline void check_source_map(const Document& document, const std::string& original,
                             std::size_t character_bytes = 1, std::size_t ascii_byte = 0) {
    std::size_t words = 0;
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    for (std::size_t i = 0; i < document.text.size();) {
        std::size_t end = i;
        while (end < document.text.size() && is_letter(document.text[end])) ++end;
        const bool whole =
            (i == 0 || document.text[i - 1] == ' ' || document.text[i - 1] == '\n') &&
            (end == document.text.size() || document.text[end] == ' ' || document.text[end] == '\n');
        if (end > i && whole) {
            std::string there;
            for (std::size_t k = i; k < end; ++k) {
                // In an encoding of wider characters the map leads to words, not into them.
                const std::size_t inside = character_bytes > 1 ? k - i : 0;
                const std::int64_t source =
                    source_offset(document.source_map, static_cast<std::int64_t>(k - inside)) +
                    static_cast<std::int64_t>(inside * character_bytes);
                QVERIFY(source >= 0 && static_cast<std::size_t>(source) + ascii_byte < original.size());
                there += original[static_cast<std::size_t>(source) + ascii_byte];
            }
            QCOMPARE(QString::fromStdString(there), QString::fromStdString(document.text.substr(i, end - i)));
            ++words;
        }
        i = end + 1;
    }
    QVERIFY(words > 5);
}

inline std::string bytes_of(const std::filesystem::path& file) {
    QFile opened(QString::fromStdString(file.string()));
    return opened.open(QIODevice::ReadOnly) ? opened.readAll().toStdString() : std::string();
}

}  // namespace corpuscope::documents
