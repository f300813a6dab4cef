// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "engine/documents/html_content.h"
#include "engine/documents/readers.h"
#include "tests/engine/documents/document_checks.h"

using namespace corpuscope::documents;

namespace {

Document read(std::string_view html) {
    ReadResult result = read_html(html, "name", {});
    return result ? *result : Document{};
}

}  // namespace

class TestHtml : public QObject {
    Q_OBJECT

 private slots:
    void page() {
        const ReadResult result = read_document(data("page.html"));
        QVERIFY(result.has_value());
        check_promises(*result);
        QCOMPARE(result->title, std::string("Lamps & lenses"));
        QVERIFY(contains(blocks_of(*result, BlockKind::Paragraph),
                         "A lens of the first order is very large: it weighs two tons <without> its "
                         "clock—and café tables are "
                         "smaller."));
        QCOMPARE(blocks_of(*result, BlockKind::Code), std::vector<std::string>{"turn --by  12\n  indented"});
        QCOMPARE(
            blocks_of(*result, BlockKind::TableRow),
            (std::vector<std::string>{"Order | Radius | Weight", "first | 920 mm | 2 t", "second | | 1 t"}));
        const std::vector<std::string> items = blocks_of(*result, BlockKind::ListItem);
        for (const char* item : {"The middle of a panel.", "Bends the light.", "Breaks easily.", "First item",
                                 "Second item", "Nested item", "Beside"})
            QVERIFY2(contains(items, item), item);
        QVERIFY(contains(blocks_of(*result, BlockKind::Term), "Bull's-eye"));
        QCOMPARE(blocks_of(*result, BlockKind::Quote),
                 std::vector<std::string>{"A quoted line.\nAnd its second line."});
        QVERIFY(contains(blocks_of(*result, BlockKind::Heading, 3), "Layout cell"));
        for (const char* line : {"onetwo three", "four", "five"})
            QVERIFY2(contains(blocks_of(*result, BlockKind::Paragraph), line), line);
    }

    void boilerplate_is_left_out() {
        const ReadResult result = read_document(data("page.html"));
        QVERIFY(result.has_value());
        for (const char* absent :
             {"Navigation entry", "Banner of the site", "Footer of the site", "script text", "color: red",
              "Hidden text", "Undisplayed text", "Option text", "Button text"})
            QVERIFY2(result->text.find(absent) == std::string::npos, absent);
    }

    void navigation_is_kept_where_there_is_nothing_else() {
        QCOMPARE(read("<body><nav><ul><li>Chapter one<li>Chapter two</ul></nav></body>").text,
                 std::string("Chapter one\nChapter two"));
    }

    void header_with_the_title_is_kept() {
        QCOMPARE(read("<header id='title-block-header'><h1>Title</h1></header><p>Text.</p>").text,
                 std::string("Title\n\nText."));
    }

    void broken_markup() {
        QCOMPARE(read("<p>one<p>two <b>bold <i>both</b> italic</i> & more < less &unknown; <td>cell").text,
                 std::string("one\n\ntwo bold both italic & more < less &unknown; cell"));
        QCOMPARE(read("no markup at all").text, std::string("no markup at all"));
        QCOMPARE(read("<p>cut off in a ta<g attri").text, std::string("cut off in a ta"));
    }

    void empty_cells_keep_their_place() {
        const auto rows = [](std::string_view html) { return blocks_of(read(html), BlockKind::TableRow); };
        QCOMPARE(
            rows("<table><tr><th><th>2024<th>2025<tr><td>Oil<td>&nbsp;<td>7<tr><td>Ink<td>4<td></table>"),
            (std::vector<std::string>{"| 2024 | 2025", "Oil | | 7", "Ink | 4"}));
        QCOMPARE(
            rows("<table><tr><th>Part<th colspan=2>Places<th>Keeper<tr><td>Oil<td>1<td>2<td>Ada</table>"),
            (std::vector<std::string>{"Part | Places | | Keeper", "Oil | 1 | 2 | Ada"}));
        // A column that is empty throughout is there for the layout, and so is an empty cell beside one text.
        QCOMPARE(rows("<table><tr><td><td>Oil<td width=30><td>drums<tr><td><td>Ink<td><td>pots"
                      "<tr><td><td><td><td>all of it</table>"),
                 (std::vector<std::string>{"Oil | drums", "Ink | pots", "all of it"}));
    }

    // Scripts, styles and comments hold no elements.
    void what_looks_like_tags() {
        const auto many = [](const std::string& text) {
            std::string all;
            for (int i = 0; i < 30'000; ++i) all += text;
            return all;
        };
        for (const std::string& passed_over :
             {"<script>" + many("a(\"<div>\");") + "</script>", "<style>" + many("/*<b>*/") + "</style>",
              "<!-- " + many("<div>") + " -->", "<p title='" + many("<div>") + "'>"})
            QCOMPARE(read(passed_over + "<p>The text.").text, std::string("The text."));
        // Each looked for to its own end, not to that of the page.
        std::string comments;
        for (int i = 0; i < 300'000; ++i) comments += "<!-- a --!><!-->";
        QCOMPARE(read(comments + "<p>The text.").text, std::string("The text."));
    }

    void elements_left_open() {
        std::string rows, words;
        for (int i = 0; i < 3'000; ++i) {
            rows += "<tr><td><b>Oil<td>7";
            words += "<p><font color=red>word</p>";
        }
        QCOMPARE(blocks_of(read("<table>" + rows + "</table>"), BlockKind::TableRow).size(),
                 std::size_t{3'000});
        QCOMPARE(blocks_of(read(words), BlockKind::Paragraph).size(), std::size_t{3'000});
    }

    void markup_that_costs_too_much_data() {
        QTest::addColumn<QString>("html");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* tag, const std::string& html, const char* reason) {
            QTest::newRow(tag) << QString::fromStdString(html) << reason;
        };
        std::string attributes, bold, divisions, pictures;
        for (int i = 0; i < 60'000; ++i) attributes += " a" + std::to_string(i) + "=1";
        for (int i = 0; i < 900; ++i) bold += "<b id=" + std::to_string(i) + ">";
        for (int i = 0; i < 3'000; ++i) bold += "<p>x</p>";
        for (int i = 0; i < 30'000; ++i) {
            divisions += "<div/>";  // which HTML takes for a start tag
            pictures += "<p>";      // which does not end by itself there
        }
        row("attributes", "<p" + attributes + ">text</p>", "its tags have too many attributes");
        row("attributes of an end tag", "text</p" + attributes + ">", "its tags have too many attributes");
        row("formatting", "<p>" + bold, "its elements overlap in too many ways");
        row("depth", divisions + "text", "its elements are nested too deeply");
        row("depth in a picture", "<svg>" + pictures + "text", "its elements are nested too deeply");
    }

    void markup_that_costs_too_much() {
        QFETCH(QString, html);
        QFETCH(QString, reason);
        const ReadResult result = read_html(html.toStdString(), "name", {});
        QVERIFY(!result);
        QCOMPARE(QString::fromStdString(result.error().reason), "is not HTML that can be read: " + reason);
    }

    void exponents_keep_their_distance() {
        QCOMPARE(
            read("<p>Up to 2<sup><small>31</small></sup>-1 or 10<sup>-6</sup>, the 1<sup>st</sup> time").text,
            std::string("Up to 2^31-1 or 10^-6, the 1st time"));
    }

    void two_line_breaks_part_paragraphs() {
        const Document document = read("<p>one<br>still one<br><br>two</p>");
        QCOMPARE(blocks_of(document, BlockKind::Paragraph),
                 (std::vector<std::string>{"one\nstill one", "two"}));
    }

    void places_behind_character_references() {
        const std::string html =
            "<p>a &amp; bell &mdash; &#x41;c <i> dory</i>\n\n   eel &lt;g&gt; hull&nbsp;&copy; isle</p>";
        const Document document = read(html);
        QCOMPARE(document.text, std::string("a & bell — Ac dory eel <g> hull © isle"));
        for (const char* word : {"bell", "dory", "eel", "hull", "isle"}) {
            const auto at = static_cast<std::int64_t>(document.text.find(word));
            QCOMPARE(source_offset(document.source_map, at),
                     static_cast<std::int64_t>(html.find(std::string(" ") + word) + 1));
        }
    }

    void empty_elements_of_xhtml() {
        QCOMPARE(without_empty_elements("<title/><p>a<br/>b<a id='x>y'/>c</p>"),
                 std::string("        <p>a<br/>b             c</p>"));
    }

    void entities() {
        QCOMPARE(decode_entity("&eacute;"), std::string("é"));
        QCOMPARE(decode_entity("&#8212;"), std::string("—"));
    }

    void declared_encodings() {
        QCOMPARE(declared_html_encoding("<?xml version='1.0' encoding='ISO-8859-2'?>"),
                 std::string("iso-8859-2"));
        QCOMPARE(declared_html_encoding("<meta charset=\"Shift_JIS\">"), std::string("shift_jis"));
        QCOMPARE(declared_html_encoding("<meta content='text/html; charset=utf-8'>"), std::string("utf-8"));
        QCOMPARE(declared_html_encoding("<p>"), std::string());
    }
};

QTEST_GUILESS_MAIN(TestHtml)
#include "test_html.moc"
