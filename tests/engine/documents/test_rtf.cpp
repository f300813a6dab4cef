// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What word processors write as rtf and no other format has: code pages by font, characters by number with a
// substitute, groups that a reader passes over, paragraphs whose properties end with a group.
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <string>

#include "tests/engine/documents/document_checks.h"

using namespace corpuscope::documents;

using Texts = std::vector<std::string>;

class TestRtf : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    ReadResult read(const std::string& rtf) {
        QFile file(folder_.filePath("letter"));  // without an ending: its bytes say what it is
        if (!file.open(QIODevice::WriteOnly) || file.write(rtf.data(), qint64(rtf.size())) < 0) return {};
        file.close();
        return read_document(file.fileName().toStdString());
    }

 private slots:
    void characters_data() {
        QTest::addColumn<QByteArray>("rtf");
        QTest::addColumn<QString>("text");
        const auto row = [](const char* name, const QByteArray& body, const char* text) {
            QTest::newRow(name) << QByteArray(
                                       "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0\\fcharset0 Serif;}"
                                       "{\\f1\\fcharset204 Serif Cyr;}{\\f2\\fcharset128 Mincho;}}\n") +
                                       body + "}"
                                << QString::fromUtf8(text);
        };
        row("western", "Caf\\'e9 \\'84Anker\\'93", "Café „Anker“");
        row("cyrillic", "\\f1 \\'cc\\'e0\\'ff\\'ea\\f0  light", "Маяк light");
        row("two bytes each", "\\f2 \\'93\\'94\\'91\\'e4", "灯台");
        row("second byte is a letter", "\\f2 \\'83e", "テ");
        row("by number", "\\u1052 ?\\u1072?\\u1103?\\u1082?", "Маяк");
        row("negative number", "\\u-10179?\\u-8704?", "😀");
        row("substitute of two", "{\\uc2\\u8364 EU} 5", "€ 5");
        row("substitute in bytes", "\\u8217\\'92s", "’s");
        row("no substitute", "{\\uc0\\u8364 5}", "€5");
        row("names", "\\ldblquote a\\emdash b\\rdblquote\\tab c\\~d\\_e\\-f", "“a—b” c d-ef");
        row("escaped", "\\{a\\\\b\\}", "{a\\b}");
        row("lines of the file", "one \r\ntwo th\nree", "one two three");
        row("hidden", "seen{\\v hidden} {\\deleted gone}seen", "seen seen");
        row("field", "{\\field{\\*\\fldinst HYPERLINK \"x\"}{\\fldrslt the link}}", "the link");
        row("picture", "a{\\pict\\pngblip 89504e47}b{\\*\\shppict{\\pict\\bin5 }{\\}}}}c", "abc");
        row("unknown", "a{\\*\\somethingnew b}c{\\unknownword d}", "acd");
        row("header", "{\\header Page one}{\\footerl foot}text", "text");
    }
    void characters() {
        QFETCH(QByteArray, rtf);
        QFETCH(QString, text);
        const ReadResult result = read(rtf.toStdString());
        QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
        check_promises(*result);
        QCOMPARE(result->format, std::string("rtf"));
        QCOMPARE(QString::fromStdString(result->text), text);
        QVERIFY(result->warnings.empty());
    }

    void structure() {
        const ReadResult result = read(
            "{\\rtf1\\ansi{\\fonttbl{\\f0\\froman Serif;}{\\f1\\fmodern Mono;}}"
            "{\\stylesheet{\\s0 Normal;}{\\s3 heading 2;}{\\s4\\outlinelevel0 Kapitel;}{\\s5 Quote;}}"
            "{\\info{\\title The bell}{\\author Nobody}}"
            "{\\pard\\s4 Ringing\\par}{\\pard\\s3 In fog\\par}"
            "\\pard Ring it twice.{\\footnote\\pard Not on Sundays.\\par} Then wait.\\par"
            "\\pard\\s5 Fog is patient.\\par"
            "\\pard{\\listtext 1.\\tab}\\ls1 Take the rope.\\par{\\listtext 2.\\tab}Pull.\\par\\pard\\f1 bell "
            "--ring\\line bell --stop\\par"
            "\\pard\\f0 First line\\line second line\\par"
            "\\trowd\\cellx1\\cellx2\\pard\\intbl Part\\cell Keeper\\cell\\row"
            "\\trowd\\cellx1\\cellx2\\pard\\intbl Rope\\cell east store\\cell\\row"
            "\\pard After.\\par}");
        QVERIFY(result.has_value());
        check_promises(*result);
        QCOMPARE(result->title, std::string("The bell"));
        QCOMPARE(blocks_of(*result, BlockKind::Heading, 1), Texts{"Ringing"});
        QCOMPARE(blocks_of(*result, BlockKind::Heading, 2), Texts{"In fog"});
        QCOMPARE(blocks_of(*result, BlockKind::Quote), Texts{"Fog is patient."});
        QCOMPARE(blocks_of(*result, BlockKind::ListItem), (Texts{"Take the rope.", "Pull."}));
        QCOMPARE(blocks_of(*result, BlockKind::Code), Texts{"bell --ring\nbell --stop"});
        QCOMPARE(blocks_of(*result, BlockKind::TableRow), (Texts{"Part | Keeper", "Rope | east store"}));
        QCOMPARE(
            blocks_of(*result, BlockKind::Paragraph),
            (Texts{"Ring it twice. Then wait.", "First line\nsecond line", "After.", "Not on Sundays."}));
    }

    void places_in_the_original() {
        const std::string rtf =
            "{\\rtf1\\ansi\\pard The keeper of the light rings the bell twice \\b in fog\\b0  and "
            "waits.\\par\n"
            "Caf\\'e9 and harbour close at noon.\\par}";
        const ReadResult result = read(rtf);
        QVERIFY(result.has_value());
        check_source_map(*result, rtf);
    }

    void what_breaks_off_is_kept_with_a_warning() {
        const ReadResult result = read("{\\rtf1\\ansi{\\b The bell is rung} in fo");
        QVERIFY(result.has_value());
        QCOMPARE(result->text, std::string("The bell is rung in fo"));
        QCOMPARE(result->warnings.size(), std::size_t{1});
    }

    void what_is_no_text_fails() {
        const ReadResult empty = read("{\\rtf1\\ansi\\pard\\par}");
        QVERIFY(!empty.has_value());
        QCOMPARE(empty.error().kind, FailureKind::Empty);
        const ReadResult deep = read("{\\rtf1 " + std::string(200'000, '{') + "a");
        QVERIFY(!deep.has_value());
        QCOMPARE(deep.error().kind, FailureKind::Damaged);
    }
};

QTEST_GUILESS_MAIN(TestRtf)
#include "test_rtf.moc"
