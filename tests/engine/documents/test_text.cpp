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

    // Programs write the old name of an encoding on texts in the one that grew out of it.
    void declared_by_an_old_name() {
        QCOMPARE(decode_text("\x93now\x94 \x96 it\x92s", "iso-8859-1").text, std::string("“now” – it’s"));
        QCOMPARE(decode_text("caf\xE9 \x80", "us-ascii").text, std::string("café €"));
        QCOMPARE(decode_text("caf\xC3\xA9", "us-ascii").text, std::string("café"));
        QCOMPARE(decode_text("\x8C\x63\xB9\xE6\xB0\xA2\xC7\xCF", "euc-kr").text, std::string("똠방각하"));
        QCOMPARE(decode_text("\xE9\x46", "gb2312").text, std::string("镕"));
    }

    void east_asian_encodings_are_recognized() {
        const std::string korean =
            "\xBE\xC8\xB3\xE7\xC7\xCF\xBC\xBC\xBF\xE4. \xB5\xEE\xB4\xEB\xC1\xF6\xB1\xE2\xB4\xC2 "
            "\xB8\xC5\xC0\xCF \xB9\xE3 \xB5\xEE\xBA\xD2\xC0\xBB \xC4\xD5\xB4\xCF\xB4\xD9.";
        QCOMPARE(decode_text(korean).text, std::string("안녕하세요. 등대지기는 매일 밤 등불을 켭니다."));
        // All of whose bytes could be ASCII.
        const std::string japanese = "\x1B$BEtBf<i$OKhHU!\"Et$j$r$H$b$7$^$9!#\x1B(B OK";
        for (const char* declared : {"", "iso-2022-jp"})
            QCOMPARE(decode_text(japanese, declared).text,
                     std::string("灯台守は毎晩、灯りをともします。 OK"));
        QCOMPARE(decode_text("\x1B[31mred\x1B[0m").text, std::string("\x1B[31mred\x1B[0m"));
        QCOMPARE(decode_text("costs \x1B$5 or less").text, std::string("costs \x1B$5 or less"));
    }

    void windows_punctuation() {
        QCOMPARE(with_windows_punctuation("\xC2\x93Hi\xC2\x94 caf\xC3\xA9 \xC2\xA9"),
                 std::string("“Hi” café ©"));
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
