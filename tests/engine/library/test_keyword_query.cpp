// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Free text finds passages by its words, whatever marks are in it.
#include <QTemporaryDir>
#include <QTest>

#include "engine/library/keyword_query.h"
#include "engine/library/library.h"
#include "tests/engine/library/library_fixtures.h"

using namespace corpuscope;
using namespace corpuscope::library;
using namespace corpuscope::library::testing;

class TestKeywordQuery : public QObject {
    Q_OBJECT

 private slots:
    void initTestCase() {
        library_ = Library::open(folder_.path().toStdString() + "/x.corpuscope", OpenMode::ReadWrite);
        store(*library_, "/git.txt",
              read_document("Manual of git", {"git-rebase moves commits onto another base.",
                                              "A soft reset keeps the index: --soft.",
                                              "The base of an argument about rebase."}));
        store(*library_, "/wal.txt",
              read_document("Journals", {"The WAL file is deleted when all close.",
                                         "C++ is a language; so is C.", "Käse aus der Schweiz."}));
    }

    void queries_data();
    void queries();
    void words_find_their_passage_data();
    void words_find_their_passage();
    void strange_text_is_no_error_data();
    void strange_text_is_no_error();
    void a_search_can_be_kept_to_documents();
    void columns_can_be_weighted();
    void phrases_are_counted_by_document();

 private:
    std::string best(const std::string& query) {
        const auto hits = library_->keyword_search(query, 10);
        return hits.empty() ? std::string() : library_->passage(hits.front().passage).text;
    }
    QTemporaryDir folder_;
    std::unique_ptr<Library> library_;
};

void TestKeywordQuery::queries_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("query");
    QTest::newRow("words") << "reset Index"
                           << R"("reset" OR "index")";
    QTest::newRow("stop words") << "What happens to the WAL?"
                                << R"("happens" OR "wal")";
    QTest::newRow("only stop words") << "to be or not to be"
                                     << R"("not")";
    QTest::newRow("nothing else") << "Who are you?"
                                  << R"("who" OR "are" OR "you")";
    QTest::newRow("marks inside") << "git-rebase"
                                  << R"("git-rebase" OR "git" OR "rebase")";
    QTest::newRow("marks around") << "(--soft)"
                                  << R"("soft")";
    QTest::newRow("phrase") << R"(find "take back" now)"
                            << R"("find" OR "take back" OR "now")";
    QTest::newRow("open quote") << R"(5" disk)"
                                << R"("5" OR "disk")";
    QTest::newRow("syntax") << "NEAR(a b) AND text:* ^x"
                            << R"("near(a" OR "near" OR "b" OR "text" OR "x")";
    QTest::newRow("twice") << "dog DOG dog"
                           << R"("dog")";
    QTest::newRow("marks only") << " ?! ... "
                                << "";
}

void TestKeywordQuery::queries() {
    QFETCH(const QString, text);
    QFETCH(const QString, query);
    QCOMPARE(QString::fromStdString(fts_query(text.toStdString())), query);
}

void TestKeywordQuery::words_find_their_passage_data() {
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("begins");
    QTest::newRow("name with a mark") << "git-rebase"
                                      << "git-rebase";
    QTest::newRow("option") << "what does --soft do?"
                            << "A soft reset";
    QTest::newRow("other form") << "deleting files"
                                << "The WAL file";
    QTest::newRow("capitals") << "wal"
                              << "The WAL file";
    QTest::newRow("one letter") << "C++ language"
                                << "C++";
    QTest::newRow("without its accent") << "kase"
                                        << "Käse";
}

void TestKeywordQuery::words_find_their_passage() {
    QFETCH(const QString, query);
    QFETCH(const QString, begins);
    const QString found = QString::fromStdString(best(query.toStdString()));
    QVERIFY2(found.startsWith(begins), qPrintable(found));
}

void TestKeywordQuery::strange_text_is_no_error_data() {
    QTest::addColumn<QByteArray>("text");
    for (const QByteArray text : {"\"", "\"\"", "* OR", "NOT", "a AND (", "{text}: x", "—", "\xff\xfe", "-",
                                  "'; DROP", "x\"y\"z", "\"\"\"", "text : \"", "😀"}) {
        QTest::newRow(text.toPercentEncoding().constData()) << text;
    }
    QTest::newRow("NUL") << QByteArray("a\0b", 3);
    QTest::newRow("long") << QByteArray(100000, 'x');
    QTest::newRow("many") << QByteArray("word1 other2 ").repeated(5000);
}

void TestKeywordQuery::strange_text_is_no_error() {
    QFETCH(const QByteArray, text);
    library_->keyword_search(text.toStdString(), 10);
    library_->documents_with_phrase(text.toStdString());
}

void TestKeywordQuery::a_search_can_be_kept_to_documents() {
    const DocumentId wal = library_->find("/wal.txt")->id;
    KeywordOptions options;
    options.within = {&wal, 1};
    QVERIFY(library_->keyword_search("rebase", options).empty());
    QCOMPARE(library_->keyword_search("file", options).size(), 1u);
}

void TestKeywordQuery::columns_can_be_weighted() {
    KeywordOptions options;
    options.title = 0;
    options.heading = 0;
    // Only "journals" of the title and heading match: without their weight all three passages score alike, 0.
    for (const KeywordHit& hit : library_->keyword_search("journals", options))
        QVERIFY(std::abs(hit.score) < 1e-9);
    options.title = 2.5;
    QVERIFY(library_->keyword_search("journals", options).front().score > 0);
}

void TestKeywordQuery::phrases_are_counted_by_document() {
    const auto hits = library_->documents_with_phrase("git rebase");
    QCOMPARE(hits.size(), 1u);
    QCOMPARE(hits[0].document, library_->find("/git.txt")->id);
    QCOMPARE(hits[0].passages, 1);
    QVERIFY(library_->documents_with_phrase("rebase git").empty());
}

QTEST_GUILESS_MAIN(TestKeywordQuery)
#include "test_keyword_query.moc"
