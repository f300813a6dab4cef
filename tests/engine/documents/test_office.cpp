// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What office programs put into docx and odt besides text: parts of other names, tracked changes, pictures,
// tables.
#include "engine/documents/format.h"
#include "engine/documents/readers.h"
#include "tests/engine/documents/document_checks.h"
#include "tests/engine/documents/package.h"

using namespace corpuscope::documents;

using Texts = std::vector<std::string>;

namespace {

std::string run(const std::string& text) { return "<w:r><w:t>" + text + "</w:t></w:r>"; }
std::string paragraph(const std::string& text) { return "<w:p>" + run(text) + "</w:p>"; }

Document docx(const std::string& body) {
    const ReadResult result = read_docx(docx_of(body), "name", {});
    if (result) check_promises(*result);
    return result ? *result : Document{};
}

Document odt(const std::string& body) {
    const ReadResult result = read_odt(open_document_of("text", body), "name", {});
    if (result) check_promises(*result);
    return result ? *result : Document{};
}

}  // namespace

class TestOffice : public QObject {
    Q_OBJECT

 private slots:
    void parts_of_other_names() {
        const std::string relation =
            "<Relationships><Relationship Id=\"r%\" Type=\"http://example.org/relationships/";
        const std::string bytes = package_of(
            {{"[Content_Types].xml",
              "<Types><Override PartName=\"/word/document2.xml\" ContentType=\"application/"
              "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>"},
             {"_rels/.rels", relation + "officeDocument\" Target=\"/word/document2.xml\"/></Relationships>"},
             {"word/_rels/document2.xml.rels",
              relation + "styles\" Target=\"styles2.xml\"/><Relationship Id=\"n\" "
                         "Type=\"http://example.org/footnotes\" Target=\"footnotes7.xml\"/></Relationships>"},
             {"word/styles2.xml",
              "<w:styles xmlns:w=\"w\"><w:style w:styleId=\"a\"><w:name w:val=\"heading 2\"/></w:style>"
              "</w:styles>"},
             {"word/footnotes7.xml", "<w:footnotes xmlns:w=\"w\"><w:footnote>" +
                                         paragraph("A note on wicks.") + "</w:footnote></w:footnotes>"},
             {"word/document2.xml",
              "<w:document xmlns:w=\"w\"><w:body><w:p><w:pPr><w:pStyle w:val=\"a\"/>"
              "</w:pPr>" +
                  run("Lamps") + "</w:p>" + paragraph("They are lit.") + "</w:body></w:document>"}});
        const auto format = detect_format(bytes, "letter");
        QVERIFY2(format.has_value(), format ? "" : format.error().reason.c_str());
        QCOMPARE(*format, Format::Docx);
        const ReadResult result = read_docx(bytes, "name", {});
        QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
        QCOMPARE(result->text, std::string("Lamps\n\nThey are lit.\n\nA note on wicks."));
        QCOMPARE(blocks_of(*result, BlockKind::Heading, 2), Texts{"Lamps"});
    }

    void tracked_formatting_is_that_of_the_past() {
        const Document document = docx(
            "<w:p><w:pPr><w:outlineLvl w:val=\"1\"/><w:pPrChange><w:pPr><w:outlineLvl w:val=\"4\"/>"
            "<w:numPr><w:numId w:val=\"3\"/></w:numPr></w:pPr></w:pPrChange></w:pPr>" +
            run("Heading") +
            "</w:p><w:p><w:pPr><w:pPrChange><w:pPr><w:outlineLvl w:val=\"0\"/></w:pPr></w:pPrChange>"
            "<w:rPr><w:rPrChange><w:rPr/></w:rPrChange></w:rPr></w:pPr>" +
            run("Words") + "</w:p>");
        QCOMPARE(blocks_of(document, BlockKind::Heading, 2), Texts{"Heading"});
        QCOMPARE(blocks_of(document, BlockKind::Paragraph), Texts{"Words"});
    }

    void deleted_text_stays_out() {
        QCOMPARE(
            docx("<w:p>" + run("The lamp ") + "<w:del><w:r><w:br/><w:delText>was </w:delText></w:r></w:del>" +
                 "<w:ins>" + run("is ") + "</w:ins>" + run("lit.") + "</w:p>")
                .text,
            std::string("The lamp is lit."));
    }

    void empty_cells_keep_their_place() {
        const auto row = [](const Texts& texts) {
            std::string cells;
            for (const std::string& text : texts) cells += "<w:tc>" + paragraph(text) + "</w:tc>";
            return "<w:tr>" + cells + "</w:tr>";
        };
        QCOMPARE(blocks_of(docx("<w:tbl>" + row({"", "2024", "2025"}) + row({"Oil", "", "7"}) +
                                row({"Ink", "4", " "}) + row({"", "", "all"}) + "</w:tbl>"),
                           BlockKind::TableRow),
                 (Texts{"| 2024 | 2025", "Oil | | 7", "Ink | 4", "all"}));
    }

    void covered_cells_keep_their_place() {
        const auto cell = [](const std::string& text) {
            return "<table:table-cell><text:p>" + text + "</text:p></table:table-cell>";
        };
        QCOMPARE(blocks_of(odt("<table:table><table:table-row>" + cell("Part") + cell("") + cell("Place") +
                               "</table:table-row><table:table-row>" + cell("Drum") +
                               "<table:covered-table-cell/>" + cell("east store") +
                               "</table:table-row></table:table>"),
                           BlockKind::TableRow),
                 (Texts{"Part | | Place", "Drum | | east store"}));
    }

    void pictures_are_described_behind_the_sentence() {
        const Document document =
            odt("<text:p>The lamp<draw:frame><draw:image/><svg:title>Lamp</svg:title><svg:desc>A lamp of "
                "brass</svg:desc></draw:frame> is lit.</text:p><text:p>Then it burns.</text:p>");
        QCOMPARE(blocks_of(document, BlockKind::Paragraph),
                 (Texts{"The lamp is lit.", "Lamp", "A lamp of brass", "Then it burns."}));
    }
};

QTEST_GUILESS_MAIN(TestOffice)
#include "test_office.moc"
