// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Free text finds passages by its words, whatever marks are in it.
#include <SQLiteCpp/SQLiteCpp.h>

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <map>

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
    void scores_are_those_of_fts5();
    void common_words_count_beside_rare_ones();
    void words_of_nearly_half_the_passages_weigh_nothing();
    void counts_follow_the_library();
    void a_query_of_hundreds_of_words();
    void vectors_of_another_model_are_named();

 private:
    void compare_scores_with_fts5();
    std::string best(const std::string& query) {
        const auto hits = library_->keyword_search(query, 10);
        return hits.empty() ? std::string() : library_->passage(hits.front().passage).text;
    }
    QTemporaryDir folder_;
    std::unique_ptr<Library> library_;
};

/// As somebody pastes a paragraph. SQLite functions take 127 arguments.
void TestKeywordQuery::a_query_of_hundreds_of_words() {
    std::string text;
    for (int i = 0; i < 400; ++i) text += "word" + std::to_string(i) + "x ";
    store(*library_, "/many.txt", read_document("Many", {text}));
    const auto hits = library_->keyword_search(text, 3);
    QVERIFY(!hits.empty());
    QCOMPARE(library_->passage(hits.front().passage).text, text);
    library_->remove(library_->find("/many.txt")->id);
}

void TestKeywordQuery::vectors_of_another_model_are_named() {
    check_model(*library_, "any");
    library_->set_model("one abc");
    check_model(*library_, "one abc");
    try {
        check_model(*library_, "two abc");
        QFAIL("accepted");
    } catch (const LibraryError& error) {
        const std::string what = error.what();
        QVERIFY2(what.find("one abc") != std::string::npos && what.find("two abc") != std::string::npos,
                 what.c_str());
    }
}

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
    QStringList phrases;
    for (const std::string& phrase : fts_terms(text.toStdString())) phrases << QString::fromStdString(phrase);
    QCOMPARE(phrases.join(QStringLiteral(" OR ")), query);
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

void TestKeywordQuery::scores_are_those_of_fts5() {
    // From the second search on the lengths of passages are held in memory, until the library changes.
    compare_scores_with_fts5();
    compare_scores_with_fts5();
    std::string many_words = "A file of";
    for (int i = 0; i < 200; ++i) many_words += " words";
    const DocumentId longer = store(*library_, "/long.txt", read_document("Base", {many_words, "git file"}));
    for (int i = 0; i < 3; ++i) compare_scores_with_fts5();
    library_->remove(longer);
    for (int i = 0; i < 3; ++i) compare_scores_with_fts5();
}

void TestKeywordQuery::words_of_nearly_half_the_passages_weigh_nothing() {
    // "harbour" stands in 22 of these 40 passages and in no other, "otter" in one of the 22.
    std::vector<std::string> texts;
    for (int i = 0; i < 40; ++i) {
        std::string text = i < 22 ? "Harbour number " : "Meadow number ";
        text += std::to_string(i);
        texts.push_back(text + (i == 0 ? " has an otter." : " is empty."));
    }
    store(*library_, "/many.txt", read_document("Places", texts));
    KeywordOptions options;
    options.ranked = 10;
    const auto alone = library_->keyword_search("otter", options);
    const auto both = library_->keyword_search("harbour otter", options);
    QCOMPARE(both.size(), 1u);
    QCOMPARE(both.front().score, alone.front().score);
    // Where there are few, they find what holds them.
    QCOMPARE(library_->keyword_search("harbour otter", 100).size(), 22u);
    options.limit = 100;
    QCOMPARE(library_->keyword_search("harbour", options).size(), 22u);
}

void TestKeywordQuery::compare_scores_with_fts5() {
    SQLite::Database database(library_->file().string(), SQLite::OPEN_READONLY);
    SQLite::Statement oracle(database,
                             "SELECT rowid, bm25(passage_words, 2.0, 1.0, 0.5) FROM passage_words "
                             "WHERE passage_words MATCH '\"rebase\" OR \"base\" OR \"git\" OR \"file\"'");
    std::map<std::int64_t, double> expected;
    while (oracle.executeStep()) expected[oracle.getColumn(0).getInt64()] = -oracle.getColumn(1).getDouble();
    KeywordOptions options;
    options.text = 2;
    options.title = 0.5;
    const auto hits = library_->keyword_search("rebase base git file", options);
    QCOMPARE(hits.size(), expected.size());
    for (const KeywordHit& hit : hits) QVERIFY(std::abs(hit.score - expected.at(hit.passage.value)) < 1e-9);
}

void TestKeywordQuery::common_words_count_beside_rare_ones() {
    // "index" stands in one passage, "base" in two, "a" is a stop word, "rebase" in two.
    const std::string query = "index base rebase soft";
    const auto all = library_->keyword_search(query, 10);
    KeywordOptions options;
    options.ranked = 1;
    const auto found = library_->keyword_search(query, options);
    QCOMPARE(all.size(), 3u);
    QCOMPARE(found.size(), 1u);
    QCOMPARE(library_->passage(found.front().passage).text, "A soft reset keeps the index: --soft.");
    const auto same = std::find_if(
        all.begin(), all.end(), [&](const KeywordHit& hit) { return hit.passage == found.front().passage; });
    QVERIFY(std::abs(same->score - found.front().score) < 1e-9);

    // A rare and a common word in one passage score as they would in a search among all passages.
    const auto whole = library_->keyword_search("argument rebase", 10);
    const auto part = library_->keyword_search("argument rebase", options);
    QCOMPARE(part.size(), 1u);
    QCOMPARE(part.front().passage, whole.front().passage);
    QVERIFY(std::abs(part.front().score - whole.front().score) < 1e-9);
}

void TestKeywordQuery::counts_follow_the_library() {
    QCOMPARE(library_->passages_with("marmot"), 0);
    const DocumentId id = store(*library_, "/marmot.txt", read_document("Alps", {"A marmot whistles."}));
    QCOMPARE(library_->passages_with("marmot"), 1);
    QCOMPARE(library_->keyword_search("marmot", 10).size(), 1u);
    library_->remove(id);
    QCOMPARE(library_->passages_with("marmot"), 0);
}

QTEST_GUILESS_MAIN(TestKeywordQuery)
#include "test_keyword_query.moc"
