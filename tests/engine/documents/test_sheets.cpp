// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Spreadsheets: sheets are pages with their name as heading, rows are lines of the cells that show something,
// and these say what a person would read in them.
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "engine/documents/number_format.h"
#include "tests/engine/documents/document_checks.h"
#include "tests/engine/documents/package.h"

using namespace corpuscope::documents;

using Texts = std::vector<std::string>;

namespace {

Texts lines_of(const Document& document) {
    Texts lines;
    for (const Block& block : document.blocks) lines.push_back(slice(document.text, block.range));
    return lines;
}

}  // namespace

class TestSheets : public QObject {
    Q_OBJECT

 private slots:
    // One workbook as LibreOffice writes it in both formats.
    void a_workbook_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("time");
        QTest::addColumn<QString>("share");
        QTest::newRow("xlsx") << "xlsx"
                              << "06:15"
                              << "7%";
        QTest::newRow("ods") << "ods"
                             << "6:15"
                             << "7.0%";
    }

    void a_workbook() {
        QFETCH(QString, format);
        QFETCH(QString, time);
        QFETCH(QString, share);
        const ReadResult result = read_document(data("gauge." + format.toStdString()));
        QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
        check_promises(*result);
        QCOMPARE(QString::fromStdString(result->format), format);
        QCOMPARE(result->title, std::string("Tide gauge log"));
        QCOMPARE(
            lines_of(*result),
            (Texts{"Readings", "Date | Height | Keeper | Remark",
                   "2026-11-27 | 0.3 | Ada Moss | The float hung for an hour",
                   "2026-11-28 14:30 | 4 | Bram Leith", time.toStdString() + " | -1.25 | Café Quay | TRUE",
                   "Read at the east pier", "Sum | 3.05", "Stores", "Part | Share | Checked | Error",
                   "Drum oil | 12.5% | FALSE", "Pen ink | " + share.toStdString() + " | TRUE",
                   "Clock key | 100%", "The spare key hangs in the well house", "Old gauge", "Built | 1888",
                   "Depth | 12 fathoms & a half"}));
        QCOMPARE(blocks_of(*result, BlockKind::Heading, 1), (Texts{"Readings", "Stores", "Old gauge"}));
        QCOMPARE(blocks_of(*result, BlockKind::Heading, 2),
                 (Texts{"Date | Height | Keeper | Remark", "Part | Share | Checked | Error"}));
        QCOMPARE(blocks_of(*result, BlockKind::Paragraph),
                 (Texts{"Read at the east pier", "The spare key hangs in the well house"}));
        // The third sheet is empty.
        QCOMPARE(result->pages.size(), std::size_t{4});
        QVERIFY(slice(result->text, result->pages[1]).starts_with("Stores"));
        QVERIFY(result->pages[2].empty());
        QVERIFY(slice(result->text, result->pages[3]).starts_with("Old gauge"));
        QVERIFY(result->text.find("\n\nOld gauge\nBuilt | 1888\nDepth") != std::string::npos);
        QVERIFY(result->warnings.empty());
    }

    // Sheets in another order than their files, dates since 1904, texts in the cells, and what programs other
    // than LibreOffice leave behind.
    void workbook_by_hand() {
        const ReadResult result = read_document(data("pier.xlsx"));
        QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
        check_promises(*result);
        QCOMPARE(result->title, std::string("pier"));
        QCOMPARE(lines_of(*result),
                 (Texts{"Pier", "Gauge of the pier | Spring tide | The well house",
                        "2026-11-27 | 2026-11-27 14:30 | 2026-11-27", "12.5% | 7% | 12 | 0.3 | 37:30",
                        "LOW WATER | FALSE", "Two lines of x_005F_x and __ | 2026-11-27 14:30", "Second",
                        "1 | -2.5"}));
        QCOMPARE(result->pages.size(), std::size_t{5});
        QVERIFY(slice(result->text, result->pages[4]).starts_with("Second"));
        QCOMPARE(result->warnings, Texts{"sheet 4 was left out: it is missing"});
    }

    void repeated_cells() {
        const ReadResult result = read_document(data("repeats.ods"));
        QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
        check_promises(*result);
        Texts lines = lines_of(*result);
        QCOMPARE(lines.size(), std::size_t{1 + 1 + 2 + 64 + 2});
        std::string most = "z";
        for (int i = 1; i < 64; ++i) most += " | z";
        for (int i = 0; i < 64; ++i) QCOMPARE(lines[static_cast<std::size_t>(i) + 4], most);
        lines.erase(lines.begin() + 4, lines.begin() + 4 + 64);
        QCOMPARE(lines, (Texts{"Repeats", "Quay | dry | dry | dry", "Twice | two words and a line",
                               "Twice | two words and a line", "After", "The end"}));
        QCOMPARE(result->pages.size(), std::size_t{2});
        QVERIFY(!result->source_map.empty());
        QCOMPARE(result->warnings,
                 Texts{"equal cells or rows beside one another are shown fewer times than they stand there"});
    }

    // A few hundred bytes that would be a text of millions.
    void repeated_rows_of_repeated_cells() {
        const std::string cell =
            "<table:table-cell table:number-columns-repeated=\"64\"><text:p>word</text:p></table:table-cell>";
        std::string rows, wide;
        for (int i = 0; i < 500; ++i) {
            rows += "<table:table-row table:number-rows-repeated=\"64\">" + cell + "</table:table-row>";
            wide += cell;
        }
        wide = "<table:table-row table:number-rows-repeated=\"64\">" + wide + "</table:table-row>";
        for (const std::string& sheet : {rows, wide}) {
            write(path("many.ods"),
                  open_document_of("spreadsheet", "<table:table>" + sheet + "</table:table>"));
            const ReadResult result = read_document(path("many.ods"));
            QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
            check_promises(*result);
            QVERIFY(result->text.size() < 100'000);
            QCOMPARE(result->warnings.size(), std::size_t{1});
        }
        const std::string few =
            "<table:table-row table:number-rows-repeated=\"20\"><table:table-cell "
            "table:number-columns-repeated=\"3\"><text:p>0</text:p></table:table-cell>"
            "</table:table-row>";
        write(path("few.ods"), open_document_of("spreadsheet", "<table:table>" + few + "</table:table>"));
        const ReadResult result = read_document(path("few.ods"));
        QVERIFY(result.has_value());
        QCOMPARE(lines_of(*result), Texts(20, "0 | 0 | 0"));
        QVERIFY(result->warnings.empty());
    }

    // 150,000 cells that show a text of 400,000 blanks.
    void cells_that_show_nothing_cost_nothing() {
        QElapsedTimer timer;
        timer.start();
        const ReadResult result = read_document(data("many-cells.xlsx"));
        QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
        QCOMPARE(lines_of(*result), (Texts{"Last", "The end of the log"}));
        QVERIFY2(timer.elapsed() < 10'000, "time grows with cells times text");
    }

    void found_by_content() {
        for (const auto& [source, format] :
             {std::pair{"gauge.xlsx", "xlsx"}, std::pair{"gauge.ods", "ods"}}) {
            const auto file = path("a page without ending");
            write(file, bytes_of(data(source)));
            const ReadResult result = read_document(file);
            QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
            QCOMPARE(result->format, std::string(format));
        }
    }

    void other_archives() {
        for (const std::string name : {"xlsx", "xlsm", "ods"}) {
            write(path("fake." + name), bytes_of(data("archive-renamed.docx")));
            const ReadResult archive = read_document(path("fake." + name));
            QVERIFY(!archive);
            QCOMPARE(archive.error().reason, "is a zip archive, but not a " + name + " document");
            write(path("fake." + name), "No archive at all.");
            const ReadResult text = read_document(path("fake." + name));
            QVERIFY(!text);
            QCOMPARE(text.error().reason, "is not what its name says: no " + name + " file begins like that");
        }
    }

    void number_formats_data() {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("shown");
        const auto row = [](double value, const char* code, const char* shown) {
            QTest::addRow("%.17g as %s", value, code) << value << code << shown;
        };
        row(0.1 + 0.2, "General", "0.3");
        row(1234567.891, "#,##0.00", "1234567.891");
        row(4917012345678.0, "0", "4917012345678");
        row(1e-7, "General", "0.0000001");
        row(1.5e300, "0.00E+00", "1.5e+300");
        row(-0.0, "General", "0");
        row(0.07, "0%", "7%");
        row(0.5, "0\\%", "0.5");
        row(0.5, "0.0%;[Red]-0.0%", "50%");
        row(46353, "dd.mm.yyyy", "2026-11-27");
        row(46353, "[$-407]mmmm yy;@", "2026-11-27");
        row(46353.604166666664, "m/d/yy h:mm", "2026-11-27 14:30");
        row(46353.604224537, "YYYY-MM-DD", "2026-11-27 14:30:05");
        row(46353.99999999, "yyyy-mm-dd", "2026-11-28");
        row(46353, "0 \"days\"", "46353");
        row(46353, "#,##0 [$dm-407]", "46353");
        row(46353, "0_d*y\\m", "46353");
        row(46353, "0;\"dd\"", "46353");
        row(46353, "0 \"never closed", "46353");
        row(0.260416666666667, "h:mm AM/PM", "06:15");
        row(1.5625, "[h]:mm", "37:30");
        row(1, "d.m.yyyy", "1900-01-01");
        row(59, "d.m.yyyy", "1900-02-28");
        row(61, "d.m.yyyy", "1900-03-01");
        row(2958465, "d.m.yyyy", "9999-12-31");
        row(2958466, "d.m.yyyy", "2958466");
        row(-1, "d.m.yyyy", "-1");
    }

    void number_formats() {
        QFETCH(double, value);
        QFETCH(QString, code);
        QFETCH(QString, shown);
        QCOMPARE(QString::fromStdString(
                     number_text(value, kind_of_format(code.toStdString()), DateSystem::Since1900)),
                 shown);
    }

    // The first line of a table is its heading where it names what stands below.
    void names_of_columns_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("headings");
        const auto row = [](const char* tag, const char* text, const char* headings) {
            QTest::newRow(tag) << text << headings;
        };
        row("numbers", "Drum,Count\nOil,4\nInk,12\nKey,1\nRope,7\n", "Drum | Count");
        row("amounts and dates", "Bill;Due;Sum\nOil;3 May 2026;1.250,50 \u20ac\nInk;12.06.2026;\u20ac 7\n",
            "Bill | Due | Sum");
        row("years", "Port,2024,2025\nQuay,3,4\nPier,5,6\n", "Port | 2024 | 2025");
        row("a title above", "Stores of the quay\nDrum,Count\nOil,4\nInk,12\n", "Drum | Count");
        row("two tables", "Drum,Count\nOil,4\nInk,2\n\nKeeper,Day\nAda,1\nBram,2\n",
            "Drum | Count\nKeeper | Day");
        row("two rows of three", "Drum,Place,Count\nOil,east,4\n", "Drum | Place | Count");
        row("two rows of two", "Name,Anna\nAge,45\n", "");
        row("names and values", "Name,Anna\nAge,45\nTown,Bonn\n", "");
        row("a year is a value", "Built,1888\nRaised,1921\nMoved,1950\n", "");
        row("numbers from the start", "Oil,4\nInk,12\nKey,1\n", "");
        row("words alone", "Keeper,Day\nAda,Monday\nBram,Tuesday\n", "");
        row("one row", "Drum,Place,Count\n", "");
        row("too long for a name",
            "What the keeper of the gauge has to say about all of the drums in the store,Count\na,1\nb,2\n",
            "");
    }

    void names_of_columns() {
        QFETCH(QString, text);
        QFETCH(QString, headings);
        write(path("a.csv"), text.toStdString());
        const ReadResult result = read_document(path("a.csv"));
        QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
        check_promises(*result);
        QStringList found;
        for (const std::string& heading : blocks_of(*result, BlockKind::Heading, 1))
            found << QString::fromStdString(heading);
        QCOMPARE(found.join('\n'), headings);
        QCOMPARE(result->title, std::string("a"));
        // Nothing is lost, nor in another order.
        QString cells = text.simplified().remove(' '),
                shown = QString::fromStdString(result->text).simplified();
        for (const char* delimiter : {",", ";", "|"}) cells.remove(delimiter), shown.remove(delimiter);
        QCOMPARE(shown.remove(' '), cells);
    }

    void separated_values_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("shown");
        const auto row = [](const char* tag, const char* name, const char* text, const char* shown) {
            QTest::newRow(tag) << name << text << shown;
        };
        row("commas", "a.csv", "Date,Keeper\nMonday,Ada\nTuesday,Bram\n",
            "Date | Keeper\nMonday | Ada\nTuesday | Bram");
        row("quotes", "a.csv", "\"Ada, Bram\",\"said \"\"now\"\"\",\"\"\"x\"\"\"\nb,c,d",
            "Ada, Bram | said \"now\" | \"x\"\nb | c | d");
        row("line breaks", "a.csv", "\"one\r\ntwo\",x\r\n\"three\n\nfour\",y\r\n",
            "one two | x\nthree four | y");
        row("decimal commas", "a.csv", "1,5;2,5\n3,5;4,5\n", "1,5 | 2,5\n3,5 | 4,5");
        row("decimal commas in one row", "a.csv", "1,5;2,5", "1,5 | 2,5");
        row("commas in names", "a.csv", "Moss, Ada;east\nLeith, Bram;west\n",
            "Moss, Ada | east\nLeith, Bram | west");
        row("semicolons in all cells", "a.csv", "x,oil;ink\ny,rope;tar\n", "x | oil;ink\ny | rope;tar");
        row("semicolons in quotes", "a.csv", "a,1,\"x;y\"\nb,2,\"z;w\"\n", "a | 1 | x;y\nb | 2 | z;w");
        row("bars in all cells", "a.csv", "x,oil|ink\ny,rope|tar\n", "x | oil|ink\ny | rope|tar");
        row("semicolons in some cells", "a.csv", "a,b\nc;d,e\nf,g\n", "a | b\nc;d | e\nf | g");
        row("bars", "a.csv", "a|b\nc|d", "a | b\nc | d");
        row("commas between tabs", "a.csv", "x\toil,ink\ny\trope,tar\n", "x | oil,ink\ny | rope,tar");
        row("tabs", "a.csv", "a\tb, c\nd\te", "a | b, c\nd | e");
        row("tsv", "a.tsv", "a, b\tc\nd\te", "a, b | c\nd | e");
        row("empty cells", "a.csv", ",a,,b,\n,,,,\n, ,\n,c,,,\n\n,,d,,e", "a | b\nc\nd | e");
        row("sep", "a.csv", "sep=;\na,b;c\nd", "a,b | c\nd");
        row("SEP of another kind", "a.csv", "SEP=#\r\na,b#c\r\n", "a,b | c");
        row("never closed", "a.csv", "a,b\n\"c,d\ne,f", "a | b\n\"c | d\ne | f");
        row("quote inside", "a.csv", "6\" pipe,b\n\"7\" pipe\",d", "6\" pipe | b\n7\" pipe | d");
        row("behind the last delimiter", "a.csv", "a,b\nc,", "a | b\nc");
    }

    void separated_values() {
        QFETCH(QString, name);
        QFETCH(QString, text);
        QFETCH(QString, shown);
        write(path(name.toStdString()), text.toStdString());
        const ReadResult result = read_document(path(name.toStdString()));
        QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
        check_promises(*result);
        QCOMPARE(QString::fromStdString(result->text), shown);
        QCOMPARE(QString::fromStdString(result->format), name.right(3));
        QCOMPARE(result->title, std::string("a"));
        QVERIFY(result->pages.empty());
        for (const Block& block : result->blocks)
            QCOMPARE(block.kind == BlockKind::TableRow,
                     slice(result->text, block.range).find(" | ") != std::string::npos);
    }

    // Encoded wider or narrower than UTF-8, so that offsets go apart within a line.
    void places_behind_letters_of_other_width() {
        const std::string bytes = "Teil;Ort;Zahl\nSchl\xFCssel;Haus;zwei\nT\xFCr;Turm;eins\n";
        write(path("narrow.csv"), bytes);
        const ReadResult result = read_document(path("narrow.csv"));
        QVERIFY(result.has_value());
        QVERIFY(result->text.find("Schlüssel | Haus | zwei") != std::string::npos);
        check_source_map(*result, bytes);
    }

    // In Latin-1 with lines ended by CR and LF.
    void places_in_the_file() {
        const ReadResult result = read_document(data("stores.csv"));
        QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
        check_promises(*result);
        QCOMPARE(result->text,
                 std::string("Teil | Ort | Bemerkung\nTrommel | Lager; Osten | Er sagte \"bald\"\n"
                             "Öl für die Uhr | Brunnenhaus | dreht sich nie schnell\n"
                             "Schlüssel | hängt"));
        check_source_map(*result, bytes_of(data("stores.csv")));
    }

    void utf16() {
        std::string bytes = "\xFF\xFE";
        for (const char c : std::string("Part\tKeeper of it\nDrum in store\t\"said \"\"well\"\" twice\"\n"))
            bytes += {c, '\0'};
        write(path("wide.tsv"), bytes);
        const ReadResult result = read_document(path("wide.tsv"));
        QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
        QCOMPARE(result->text, std::string("Part | Keeper of it\nDrum in store | said \"well\" twice"));
        check_source_map(*result, bytes, 2);
    }

    void prose_named_as_values() {
        const std::string prose =
            "The keeper winds the clock.\n\nNever while the float rises, he says.\n\nNever.";
        for (const std::string name : {"notes.csv", "notes.tsv"}) {
            write(path(name), prose);
            const ReadResult result = read_document(path(name));
            QVERIFY(result.has_value());
            QCOMPARE(result->format, std::string("txt"));
            QCOMPARE(result->text, prose);
        }
    }

    // Each quote opens a cell that never ends.
    void open_quotes_take_no_quadratic_time() {
        std::string text;
        for (int i = 0; i < 400'000; ++i) text += ",\"x";
        write(path("open.csv"), text);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(read_document(path("open.csv")).has_value());
        QVERIFY(timer.elapsed() < 10'000);
    }

    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        QVERIFY(folder_->isValid());
    }

 private:
    std::filesystem::path path(const std::string& name) const {
        return std::filesystem::path(folder_->path().toStdString()) / name;
    }

    static void write(const std::filesystem::path& file, const std::string& bytes) {
        std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }

    std::unique_ptr<QTemporaryDir> folder_;
};

QTEST_GUILESS_MAIN(TestSheets)
#include "test_sheets.moc"
