// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QTemporaryDir>
#include <QTest>

#include "engine/answers/library_questions.h"
#include "tests/engine/library/library_fixtures.h"

using namespace corpuscope;
using namespace corpuscope::answers;
using Kind = LibraryQuestion::Kind;

class TestLibraryQuestions : public QObject {
    Q_OBJECT

 private slots:
    void questions_about_the_library_data() {
        QTest::addColumn<QString>("question");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("detail");
        const auto row = [](const char* question, Kind kind, const char* detail = "") {
            QTest::newRow(question) << QString(question) << static_cast<int>(kind) << QString(detail);
        };
        row("How many documents are there?", Kind::CountDocuments);
        row("how many files are in this folder", Kind::CountDocuments);
        row("How many documents?", Kind::CountDocuments);
        row("How many PDFs are there?", Kind::CountDocuments, "pdf");
        row("How many PDF files do I have?", Kind::CountDocuments, "pdf");
        row("How many web pages are in the library?", Kind::CountDocuments, "html");
        row("How many Excel files are there?", Kind::CountDocuments, "xlsx");
        row("List the CSV files", Kind::ListDocuments, "csv");
        row("How many passages are there?", Kind::CountPassages);
        row("How many tokens are there in total?", Kind::CountTokens);
        row("How many documents failed?", Kind::CountFailed);
        row("How many files could not be read?", Kind::CountFailed);
        row("List all documents.", Kind::ListDocuments);
        row("Show me the Markdown files", Kind::ListDocuments, "md");
        row("List the documents that failed", Kind::ListFailed);
        row("Which files could not be read?", Kind::ListFailed);
        row("Which documents mention the harbour?", Kind::ListMentions, "the harbour");
        row("Which documents mention “fog bell”?", Kind::ListMentions, "fog bell");
        row("What files contain the word sequence?", Kind::ListMentions, "sequence");
        row("How many documents mention fog?", Kind::CountMentions, "fog");
        row("Which documents talk about the harbour?", Kind::ListDiscussions, "harbour");
        row("Which documents are about fog?", Kind::ListDiscussions, "fog");
        row("List the documents that refer to the queen", Kind::ListDiscussions, "queen");
        row("What documents discuss the \"old bell\"?", Kind::ListDiscussions, "old bell");
        row("Which documents contain \"information about fog\"?", Kind::ListMentions,
            "information about fog");
    }

    void questions_about_the_library() {
        QFETCH(QString, question);
        QFETCH(int, kind);
        QFETCH(QString, detail);
        const auto parsed = parse_library_question(question.toStdString());
        QVERIFY(parsed);
        QCOMPARE(static_cast<int>(parsed->kind), kind);
        QCOMPARE(QString::fromStdString(parsed->format + parsed->phrase), detail);
    }

    void questions_for_the_documents_data() {
        QTest::addColumn<QString>("question");
        for (const char* question :
             {"How many documents can git show at once?", "How many files does a commit change?",
              "Which command lists the files of a package?", "What is a document?",
              "List the steps of a rebase", "How many tokens does the parser keep?",
              "Which files are ignored?", "How many documents speak of fog?",
              "Which files are about to be removed?", "Which documents contain information about fog?",
              "Which files mention how to ring the bell?", "", "?"})
            QTest::newRow(question) << QString(question);
    }

    void questions_for_the_documents() {
        QFETCH(QString, question);
        QVERIFY(!parse_library_question(question.toStdString()));
    }

    void answers_come_from_the_records() {
        QTemporaryDir folder;
        const auto library = library::Library::open(folder.filePath("test.corpuscope").toStdString(),
                                                    library::OpenMode::ReadWrite);
        using library::testing::read_document;
        library::testing::store(*library, "/log.txt",
                                read_document("Log", {"The fog bell was rung.", "The fog bell cracked."}));
        library::testing::store(*library, "/minutes.txt",
                                read_document("Minutes", {"A fog bell shall be cast.", "Fog."}));
        library::ReadDocument page = read_document("Page", {"Nothing of the kind."});
        page.document.format = "html";
        library::testing::store(*library, "/page.html", page);
        library::DocumentRecord broken;
        broken.path = "/broken.pdf";
        library->store_failed(library->add_pending(broken), broken, "needs a password");

        const auto note = [&](const char* question) {
            return QString::fromStdString(
                answer_library_question(*library, *parse_library_question(question))->note);
        };
        QCOMPARE(note("How many documents are there?"), "The library has 4 documents.");
        QCOMPARE(note("How many web pages are there?"), "The library has 1 HTML document.");
        QCOMPARE(note("How many Word documents are there?"), "The library has no Word documents.");
        QCOMPARE(note("How many passages are there?"), "The library has 5 passages.");
        QCOMPARE(note("Which documents failed?"),
                 "1 document could not be read:\nbroken.pdf: needs a password");
        QCOMPARE(note("How many documents mention fog bell?"), "2 documents mention “fog bell”.");
        QCOMPARE(note("Which documents mention fog bell?"),
                 "2 documents mention “fog bell”:\nlog.txt (2 passages)\nminutes.txt (1 passage)");
        QCOMPARE(note("Which documents mention walrus?"), "No document mentions “walrus”.");
        // In other words they may well.
        QVERIFY(!answer_library_question(*library, *parse_library_question("Which documents discuss rain?")));
        QCOMPARE(note("Which documents talk about the fog bell?"), note("Which documents mention fog bell?"));
        QCOMPARE(note("Which documents mention fog or rain?"),
                 "No document has the words “fog or rain” side by side.");
    }
};

QTEST_GUILESS_MAIN(TestLibraryQuestions)
#include "test_library_questions.moc"
