// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// A small corpus is read, encoded and asked with the default model.
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "engine/answers/answerer.h"
#include "engine/answers/evaluation.h"
#include "engine/indexing/indexer.h"
#include "engine/models.h"
#include "kernels/backend.h"
#include "tests/engine/library/library_fixtures.h"

using namespace corpuscope;
using namespace corpuscope::answers;

namespace {

constexpr const char* kLighthouse =
    "# The Skerry light\n\n"
    "The lamp is lit at dusk and trimmed twice before midnight. It burns colza oil, of which forty-one "
    "gallons are in "
    "store.\n\n"
    "## Fog\n\n"
    "In fog the bell is rung by hand every two minutes. The hammer of the bell is cracked. A spare hammer "
    "was promised "
    "with the autumn stores, but the chest held only wicks and soap.\n";
constexpr const char* kBees =
    "# Keeping bees\n\n"
    "A hive needs about fifteen kilograms of honey to live through the winter. The queen lays up to two "
    "thousand eggs a "
    "day in early summer.\n\n"
    "## Swarming\n\n"
    "A colony swarms when it has too little room. The old queen leaves with half of the workers, and a young "
    "queen stays "
    "behind.\n";
constexpr const char* kBread =
    "# Rye bread\n\n"
    "The sourdough is fed on the evening before baking. Bake the loaf for fifty minutes in a falling "
    "heat.\n\n"
    "Rye flour binds twice as much water as wheat flour. A loaf of pure rye keeps fresh for more than a "
    "week.\n";

}  // namespace

class TestAnswers : public QObject {
    Q_OBJECT

 private slots:
    void initTestCase() {
        write("lighthouse.md", kLighthouse);
        write("bees.md", kBees);
        write("bread.md", kBread);
        write("broken.pdf", "%PDF-1.4 and nothing after it");
        const auto model_folder = find_model("default");
        tokenizer_ = tokenizer::Tokenizer::load(model_folder / "tokenizer.model");
        std::shared_ptr<kernels::Backend> backend = kernels::make_backend("cpu", 2);
        encoder_ = std::make_unique<longnet::Encoder>(longnet::load_model(model_folder), backend,
                                                      backend->fastest_precision());
        library_ = open("test.corpuscope");
        indexing::Indexer indexer(*library_, *encoder_, tokenizer_);
        const std::vector<std::filesystem::path> paths = {folder_.filePath("documents").toStdString()};
        QCOMPARE(indexer.add(paths, {}).added, 3);
        searcher_ = searcher(*library_);
        answerer_ = std::make_unique<Answerer>(*library_, *searcher_);
    }

    void answers_are_quoted_from_the_right_document_data() {
        QTest::addColumn<QString>("question");
        QTest::addColumn<QString>("document");
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>(
            "heading");  // the nearest one above the sentence, though a passage began above it
        QTest::newRow("bell") << "How often is the bell rung in fog?"
                              << "lighthouse.md"
                              << "every two minutes"
                              << "The Skerry light › Fog";
        QTest::newRow("honey") << "How much honey does a hive need for the winter?"
                               << "bees.md"
                               << "fifteen kilograms"
                               << "Keeping bees";
        QTest::newRow("swarm") << "Why does a colony of bees swarm?"
                               << "bees.md"
                               << "too little room"
                               << "Keeping bees › Swarming";
        QTest::newRow("bake") << "How long is rye bread baked?"
                              << "bread.md"
                              << "fifty minutes"
                              << "Rye bread";
    }

    void answers_are_quoted_from_the_right_document() {
        QFETCH(QString, question);
        QFETCH(QString, document);
        QFETCH(QString, words);
        QFETCH(QString, heading);
        const Answer answer = answerer_->ask(question.toStdString());
        QVERIFY(answer.answered);
        QCOMPARE(name(answer.answers.front().path), document);
        QVERIFY2(QString::fromStdString(answer.answers.front().text).contains(words),
                 answer.answers.front().text.c_str());
        QCOMPARE(QString::fromStdString(answer.answers.front().heading), heading);
        QVERIFY(!answer.passages.empty());
        for (const CitedAnswer& cited : answer.answers) {
            verify_exact(cited);
            QVERIFY(cited.score > 0 && cited.score <= 1);
        }
        for (const CitedPassage& cited : answer.passages) verify_exact(cited);
    }

    void an_answer_that_announces_a_command_has_it() {
        const auto folder = std::filesystem::path(folder_.filePath("horn").toStdString());
        std::filesystem::create_directory(folder);
        std::ofstream(folder / "horn.md")
            << "# The fog horn\n\nThe horn stands on the north mole and is heard for seven miles.\n\n"
               "To wind the clockwork of the horn, turn its crank with this many turns:\n\n"
               "```\ncrank --turns 40\ncrank --lock\n```\n\n"
               "Oil the bearings of the crank every month with oil from the green drum.\n";
        const auto library = open("horn.corpuscope");
        const std::vector<std::filesystem::path> paths = {folder};
        indexing::Indexer(*library, *encoder_, tokenizer_).add(paths, {});
        const auto own = searcher(*library);
        const Answer answer = Answerer(*library, *own).ask("How do I wind the clockwork of the horn?");
        QVERIFY(answer.answered);
        const CitedAnswer& first = answer.answers.front();
        QVERIFY2(first.text.starts_with("To wind the clockwork"), first.text.c_str());
        QVERIFY2(first.text.ends_with("crank --lock"), first.text.c_str());
        QCOMPARE(first.text, library->text(first.document)
                                 .text.substr(static_cast<std::size_t>(first.range.begin),
                                              static_cast<std::size_t>(first.range.size())));
    }

    void terms_that_share_a_definition_have_it() {
        const auto folder = std::filesystem::path(folder_.filePath("terms").toStdString());
        std::filesystem::create_directory(folder);
        std::ofstream(folder / "bell.html")
            << "<html><body><h1>The bell</h1><dl><dt>Ring the fog bell by hand from the gallery</dt>"
               "<dt>Ring the fog bell by its rope</dt><dd>Pull twice and wait.</dd></dl></body></html>";
        const auto library = open("terms.corpuscope");
        const std::vector<std::filesystem::path> paths = {folder};
        indexing::Indexer(*library, *encoder_, tokenizer_).add(paths, {});
        const auto own = searcher(*library);
        const Answer answer =
            Answerer(*library, *own).ask("How do I ring the fog bell by hand from the gallery?");
        QVERIFY(answer.answered);
        const std::string& text = answer.answers.front().text;
        QVERIFY2(text.starts_with("Ring the fog bell by hand"), text.c_str());
        QVERIFY2(text.ends_with("Pull twice and wait."), text.c_str());
    }

    /// Rows of a table differ by a number that vectors do not tell apart.
    void a_row_is_found_by_its_identifier() {
        const auto folder = std::filesystem::path(folder_.filePath("valves").toStdString());
        std::filesystem::create_directory(folder);
        std::ofstream table(folder / "valves.csv");
        table << "Valve,Location,Lifts at (bar),Inspector\n";
        for (int i = 100; i < 400; ++i)
            table << "SV-" << i << ",boiler house " << i % 17 << ',' << 2 + i % 8 << ".5,A. Moss\n";
        table.close();
        const auto library = open("valves.corpuscope");
        const std::vector<std::filesystem::path> paths = {folder};
        indexing::Indexer(*library, *encoder_, tokenizer_).add(paths, {});
        const auto own = searcher(*library);
        Answerer answerer(*library, *own);
        for (const int number : {100, 250, 321, 399}) {
            const std::string row = "SV-" + std::to_string(number) + " | ";
            const Answer answer =
                answerer.ask("At what pressure does valve SV-" + std::to_string(number) + " lift?");
            QVERIFY2(answer.answered, row.c_str());
            QVERIFY2(answer.answers.front().text.starts_with(row), answer.answers.front().text.c_str());
            QCOMPARE(answer.answers.size(), std::size_t{1});  // none of the other rows
            QCOMPARE(answer.answers.front().heading,
                     std::string("Valve | Location | Lifts at (bar) | Inspector"));
        }
        const Answer missing = answerer.ask("At what pressure does valve SV-400 lift?");
        QVERIFY(!missing.answered);
        QVERIFY(!missing.passages.empty());
    }

    void what_the_documents_do_not_answer_is_refused() {
        const Answer answer = answerer_->ask("Which visa does a foreigner need to work in Japan?");
        QVERIFY(!answer.answered);
        QVERIFY(answer.answers.empty());
        QVERIFY(!answer.passages.empty());
        QVERIFY(!answer.note.empty());
    }

    void coverage_counts_every_document() {
        const Coverage coverage = answerer_->ask("How often is the bell rung?").coverage;
        QCOMPARE(coverage.documents, 4);
        QCOMPARE(coverage.searched, 3);
        QCOMPARE(coverage.failed, 1);
        QCOMPARE(coverage.pending, 0);
    }

    void questions_about_the_library_are_counted() {
        const Answer count = answerer_->ask("How many Markdown files are there?");
        QVERIFY(count.answered && count.about_library);
        QCOMPARE(count.note, std::string("The library has 3 Markdown documents."));
        const Answer mentions = answerer_->ask("Which documents mention the queen?");
        QVERIFY(mentions.about_library);
        QVERIFY(!mentions.passages.empty());
        for (const CitedPassage& passage : mentions.passages) QCOMPARE(name(passage.path), "bees.md");
    }

    void every_mode_finds_the_passage() {
        for (const search::Mode mode : {search::Mode::Hybrid, search::Mode::Keyword, search::Mode::Vector})
            for (const bool rerank : {false, true}) {
                search::Query query;
                query.text = "eggs of the queen";
                query.mode = mode;
                query.rerank = rerank;
                const auto hits = searcher_->search(query);
                QVERIFY(!hits.empty());
                QCOMPARE(name(answerer_->cite(hits).front().path), "bees.md");
                QCOMPARE(hits.front().reranked, rerank && mode != search::Mode::Keyword);
                for (std::size_t i = 1; i < hits.size(); ++i) QVERIFY(hits[i].score <= hits[i - 1].score);
            }
    }

    void a_search_can_be_kept_to_some_documents() {
        search::Query query;
        query.text = "eggs of the queen";
        query.within = {library_->find(path("bread.md"))->id};
        for (const CitedPassage& passage : answerer_->cite(searcher_->search(query)))
            QCOMPARE(name(passage.path), "bread.md");
    }

    void of_translations_the_one_in_the_language_of_the_question_is_cited() {
        const auto paragraph = [](const std::string& sentence) {
            std::string text;
            while (text.size() < 600) text += sentence + ' ';
            return text;
        };
        const std::string same = paragraph("The Conflicts field says that a package excludes another.");
        const auto library = open("translations.corpuscope");
        library::testing::store(
            *library, "/de.html",
            library::testing::read_document("Handbuch", {paragraph("Das Feld schreibt der Betreuer."), same,
                                                         paragraph("Die Abhängigkeiten stehen darunter.")}));
        library::testing::store(
            *library, "/en.html",
            library::testing::read_document("Handbook",
                                            {paragraph("A maintainer writes the field of a package."), same,
                                             paragraph("Another field names what a package needs.")}));
        search::Query query;
        query.text = "conflicts field of a package";
        query.mode = search::Mode::Keyword;
        const auto by_words = searcher(*library);
        const auto hits = by_words->search(query);
        int found = 0;
        for (const CitedPassage& passage : Answerer(*library, *by_words).cite(hits))
            if (passage.text.find("excludes another") != std::string::npos) {
                QCOMPARE(passage.path, std::string("/en.html"));
                ++found;
            }
        QCOMPARE(found, 1);
    }

    void nothing_is_asked_of_an_empty_question_or_library() {
        QVERIFY(!answerer_->ask("  \n").answered);
        const auto empty = open("empty.corpuscope");
        const auto none = searcher(*empty);
        const Answer answer = Answerer(*empty, *none).ask("How often is the bell rung?");
        QVERIFY(!answer.answered);
        QVERIFY(!answer.note.empty());
        QCOMPARE(answer.coverage.documents, 0);
        QVERIFY(summarize(*empty, {}, 5).sentences.empty());
    }

    void without_vectors_words_are_found_and_documents_wait() {
        const auto library = open("waiting.corpuscope");
        library::testing::store(*library, "/log.txt",
                                library::testing::read_document("Log", {"The fog bell was rung."}));
        const auto by_words = searcher(*library);
        search::Query query;
        query.text = "fog bell";
        query.mode = search::Mode::Keyword;
        QCOMPARE(by_words->search(query).size(), 1u);
        const Answer answer = Answerer(*library, *by_words).ask("What was rung in the fog?");
        QCOMPARE(answer.coverage.pending, 1);
        QCOMPARE(answer.coverage.searched, 0);
        QCOMPARE(answer.passages.size(), 1u);
    }

    void summaries_quote_without_repeating() {
        const Summary summary = summarize(*library_, {}, 4);
        QVERIFY(summary.sentences.size() >= 3 && summary.sentences.size() <= 4);
        QCOMPARE(summary.coverage.failed, 1);
        std::set<std::string> texts;
        for (std::size_t i = 0; i < summary.sentences.size(); ++i) {
            const SummarySentence& sentence = summary.sentences[i];
            verify_exact(sentence);
            QVERIFY(sentence.share > 0 && sentence.share < 1);
            QVERIFY(sentence.topic.size() <= 3);
            QVERIFY(texts.insert(sentence.text).second);
            if (i > 0) {
                const CitedAnswer& before = summary.sentences[i - 1];
                QVERIFY(std::pair(before.path, before.range.begin) <
                        std::pair(sentence.path, sentence.range.begin));
            }
        }
        const Summary one = summarize(*library_, {library_->find(path("bees.md"))->id}, 2);
        QVERIFY(!one.sentences.empty());
        QCOMPARE(one.coverage.documents, 1);
        for (const CitedAnswer& sentence : one.sentences) QCOMPARE(name(sentence.path), "bees.md");
    }

    void a_notice_on_every_page_is_in_no_summary() {
        const std::string notice =
            "Everything below this line is taken from the common rules of the harbour, which are the same on "
            "all pages.";
        const auto folder = std::filesystem::path(folder_.filePath("notices").toStdString());
        std::filesystem::create_directory(folder);
        const std::map<std::string, std::string> pages = {
            {"dues.txt", "Ships pay a due of three shillings for every ton of coal that they land here."},
            {"lamp.txt", "The keeper trims the lamp twice before midnight and rings the bell in fog."},
            {"pilots.txt", "A pilot must be taken on board by every ship that is longer than a hedge."}};
        for (const auto& [name, said] : pages)
            std::ofstream(folder / name) << said << "\n\n" << notice << '\n';
        const auto library = open("notices.corpuscope");
        const std::vector<std::filesystem::path> paths = {folder};
        indexing::Indexer(*library, *encoder_, tokenizer_).add(paths, {});
        const Summary summary = summarize(*library, {}, 6);
        QCOMPARE(summary.sentences.size(), 3u);
        for (const CitedAnswer& sentence : summary.sentences) QVERIFY(sentence.text != notice);
    }

    void evaluation_counts_ranks_and_refusals() {
        const std::vector<EvaluationQuestion> questions = {
            {"How often is the bell rung in fog?", {"every two\\s+minutes"}, "lighthouse.md"},
            {"How often is the bell rung in fog at night?", {"every two minutes"}, "bread.md"},
            {"Which visa does a foreigner need to work in Japan?", {}, ""}};
        const Evaluation evaluation = evaluate(*answerer_, *searcher_, questions, search::Mode::Hybrid, true);
        QCOMPARE(evaluation.ranks, (std::vector<int>{1, 0, 0}));
        QCOMPARE(evaluation.answerable, 2);
        QCOMPARE(evaluation.unanswerable, 1);
        QCOMPARE(evaluation.recall_at_1, 0.5);
        QCOMPARE(evaluation.recall_at_5, 0.5);
        QCOMPARE(evaluation.mrr_at_10, 0.5);
        QCOMPARE(evaluation.refused_unanswerable, std::optional(1.0));
        QVERIFY(
            !evaluate(*answerer_, *searcher_, questions, search::Mode::Keyword, false).refused_unanswerable);
    }

    void questions_files_are_read_or_refused_with_the_line() {
        write(
            "good.jsonl",
            "{\"question\": \"Q?\", \"answers\": [\"a b\"], \"path\": \"x.md\"}\n\n{\"question\": \"R?\"}\n");
        const auto questions = read_questions(path("good.jsonl"));
        QCOMPARE(questions.size(), 2u);
        QCOMPARE(questions[0].path, std::string("x.md"));
        QVERIFY(questions[1].answers.empty());
        for (const char* bad :
             {"{\"question\": \"Q?\", \"answers\": [\"(\"]}", "{\"answers\": []}", "nonsense", ""}) {
            write("bad.jsonl", bad);
            try {
                read_questions(path("bad.jsonl"));
                QFAIL(bad);
            } catch (const std::runtime_error& error) {
                QVERIFY(std::string(error.what()).find("bad.jsonl") != std::string::npos);
            }
        }
        QVERIFY_EXCEPTION_THROWN(read_questions(path("missing.jsonl")), std::runtime_error);
    }

 private:
    std::string path(const char* name) const {
        return folder_.filePath(QString("documents/") + name).toStdString();
    }
    static QString name(const std::string& path) {
        return QString::fromStdString(std::filesystem::path(path).filename().string());
    }
    void write(const char* name, const char* text) {
        std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
        QFile file(QString::fromStdString(path(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    std::unique_ptr<library::Library> open(const char* file) const {
        return library::Library::open(folder_.filePath(file).toStdString(), library::OpenMode::ReadWrite);
    }
    std::unique_ptr<search::Searcher> searcher(const library::Library& library) const {
        return std::make_unique<search::Searcher>(library, search::VectorIndex::build(library), *encoder_,
                                                  tokenizer_);
    }
    template <typename Cited>
    void verify_exact(const Cited& cited) const {
        const std::string text = library_->text(cited.document).text;
        QCOMPARE(cited.text, text.substr(static_cast<std::size_t>(cited.range.begin),
                                         static_cast<std::size_t>(cited.range.size())));
    }

    QTemporaryDir folder_;
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer_;
    std::unique_ptr<longnet::Encoder> encoder_;
    std::unique_ptr<library::Library> library_;
    std::unique_ptr<search::Searcher> searcher_;
    std::unique_ptr<Answerer> answerer_;
};

QTEST_GUILESS_MAIN(TestAnswers)
#include "test_answers.moc"
