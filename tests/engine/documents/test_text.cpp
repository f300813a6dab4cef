// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Plain text: encodings, and the structure that people give to it with nothing but a typewriter.
#include <QTest>

#include "engine/documents/text_encoding.h"
#include "engine/documents/utf8.h"
#include "tests/engine/documents/document_checks.h"

using namespace corpuscope::documents;

class TestText : public QObject {
    Q_OBJECT

 private slots:
    void unicode_encodings_data() {
        QTest::addColumn<int>("character_bytes");
        QTest::addColumn<int>("ascii_byte");
        QTest::newRow("utf8-bom.txt") << 1 << 0;
        QTest::newRow("utf16le-bom.txt") << 2 << 0;
        QTest::newRow("utf16le.txt") << 2 << 0;
        QTest::newRow("utf16be-bom.txt") << 2 << 1;
    }

    void unicode_encodings() {
        QFETCH(int, character_bytes);
        QFETCH(int, ascii_byte);
        const auto file = data(QTest::currentDataTag());
        const ReadResult result = read_document(file);
        QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
        QCOMPARE(
            result->text,
            std::string("The brass lamp was polished. Le café ferme à midi; “quoted” words — and a dash.\n\n"
                        "Zweiter Absatz über den Hafen."));
        QVERIFY(result->warnings.empty());
        check_source_map(*result, bytes_of(file), static_cast<std::size_t>(character_bytes),
                         static_cast<std::size_t>(ascii_byte));
    }

    void latin1_is_recognized() {
        const ReadResult result = read_document(data("latin1.txt"));
        QVERIFY(result.has_value());
        QVERIFY(result->text.starts_with("Le café du port ferme à midi. Le pêcheur est déjà rentré"));
        QVERIFY(result->text.ends_with("La fenêtre donne sur la jetée où l'on répare les bateaux."));
        QVERIFY(result->warnings.empty());
    }

    void invalid_bytes_are_replaced_and_counted() {
        const ReadResult result = read_document(data("invalid-utf8.txt"));
        QVERIFY(result.has_value());
        QVERIFY(result->text.find("Brass größe naïve façade déjà vu.") != std::string::npos);
        QVERIFY(
            result->text.find("A broken \xEF\xBF\xBD(\xEF\xBF\xBD sequence and \xEF\xBF\xBD a lone byte.") !=
            std::string::npos);
        QVERIFY(result->text.find("Füße über Köln.") != std::string::npos);
        QCOMPARE(result->warnings,
                 std::vector<std::string>{"3 places could not be decoded as UTF-8 and show U+FFFD instead"});
    }

    void line_ends_and_zero_bytes() {
        const DecodedText decoded = decode_text(std::string_view("one\r\ntwo\rthree\nfour\fx\0y", 23));
        QCOMPARE(decoded.text, std::string("one\ntwo\nthree\nfour\nxy"));
        QCOMPARE(source_offset(decoded.source_map, 4), std::int64_t{5});
        QCOMPARE(source_offset(decoded.source_map, 8), std::int64_t{9});
        QCOMPARE(decoded.warnings.size(), std::size_t{1});
    }

    void declared_encoding() {
        QCOMPARE(decode_text("caf\xE9 \xE0 la carte", "iso-8859-1").text, std::string("café à la carte"));
        QCOMPARE(decode_text("\xCD\xEE\xF7\xFC", "windows-1251").text, std::string("Ночь"));
        QCOMPARE(decode_text("caf\xC3\xA9", "iso-8859-1").text,
                 std::string("café"));  // well-formed UTF-8 wins
    }

    void malformed_utf8() {
        for (const std::string& bytes :
             {std::string("\xC0\xAF"), std::string("\xED\xA0\x80"), std::string("\xF5\x80\x80\x80"),
              std::string("\xE2\x82"), std::string("\x80")})
            QCOMPARE(character_length(bytes, 0), std::size_t{0});
        QCOMPARE(character_length("\xF0\x9F\x9A\xA2", 0), std::size_t{4});
        QCOMPARE(code_point("\xF0\x9F\x9A\xA2", 0), char32_t{0x1F6A2});
        QCOMPARE(count_characters("aé\xF0\x9F\x9A\xA2"), std::int64_t{3});
    }

    void binary_or_not() {
        QVERIFY(
            looks_binary(std::string("\x7F"
                                     "ELF\x02\x01\0\0\0",
                                     9)));
        QVERIFY(!looks_binary("Plain words\twith a tab,\r\nand a second line."));
        QVERIFY(!looks_binary(std::string("a\0b\0c\0d\0e\0 \0", 12)));
    }

    void structure() {
        const ReadResult result = read_document(data("structure.txt"));
        QVERIFY(result.has_value());
        check_promises(*result);
        QCOMPARE(result->title, std::string("THE STORES OF THE TOWER"));
        QCOMPARE(blocks_of(*result, BlockKind::Heading, 1),
                 std::vector<std::string>{"THE STORES OF THE TOWER"});
        QCOMPARE(blocks_of(*result, BlockKind::Heading, 2),
                 (std::vector<std::string>{"2.1 Wicks", "SAFETY"}));
        QCOMPARE(blocks_of(*result, BlockKind::Heading, 3), std::vector<std::string>{"14 March"});
        QCOMPARE(blocks_of(*result, BlockKind::ListItem),
                 (std::vector<std::string>{"- Wicks of autumn burn six nights\n  and smell.",
                                           "- Wicks of December burn nine.", "1. Trim the wick.",
                                           "2. Light it."}));
        const std::vector<std::string> paragraphs = blocks_of(*result, BlockKind::Paragraph);
        QVERIFY(
            contains(paragraphs,
                     "Oil is kept in the cellar. It is measured every\nMonday by the keeper, who writes the "
                     "figure\ndown, e.g. 12.5 gallons, in the green book."));
        for (const char* line : {"Roses are red", "violets are blue", "wicks are white"})
            QVERIFY2(contains(paragraphs, line), line);
    }
};

QTEST_GUILESS_MAIN(TestText)
#include "test_text.moc"
