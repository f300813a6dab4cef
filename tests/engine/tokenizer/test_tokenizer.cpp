// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <unordered_map>

#include "engine/models.h"
#include "engine/tokenizer/tokenizer.h"

using namespace corpuscope;
using tokenizer::Tokenizer;

namespace {

using Ids = std::vector<std::int32_t>;

/// WordPiece by its definition, over words that spaces already part: the longest piece first, a word that
/// cannot be taken apart is unknown.
class WordPiece {
 public:
    explicit WordPiece(const Tokenizer& tokenizer) {
        for (std::int32_t id = 0; id < tokenizer.vocabulary_size(); ++id) ids_[tokenizer.piece(id)] = id;
    }

    Ids encode(const std::vector<std::string>& words) const {
        Ids ids;
        for (const std::string& word : words) {
            const Ids own = encode_word("\u2581" + word);
            ids.insert(ids.end(), own.begin(), own.end());
        }
        return ids;
    }

 private:
    Ids encode_word(std::string_view rest) const {
        Ids ids;
        while (!rest.empty()) {
            std::size_t length = rest.size();
            while (length > 0 && !ids_.contains(std::string(rest.substr(0, length)))) --length;
            if (length == 0) return {100};
            ids.push_back(ids_.at(std::string(rest.substr(0, length))));
            rest.remove_prefix(length);
        }
        return ids;
    }
    std::unordered_map<std::string, std::int32_t> ids_;
};

/// The length of the longest common subsequence: tokens that agree.
std::size_t agreeing(const Ids& a, const Ids& b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (const std::int32_t id : a) {
        std::size_t diagonal = 0;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = id == b[j - 1] ? diagonal + 1 : std::max(row[j], row[j - 1]);
            diagonal = above;
        }
    }
    return row.back();
}

std::vector<std::string> split_words(const std::string& text) {
    std::vector<std::string> words(1);
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80 && std::ispunct(byte)) {
            words.emplace_back(1, c);
            words.emplace_back();
        } else if (std::isspace(byte)) {
            words.emplace_back();
        } else {
            words.back() += static_cast<char>(std::tolower(byte));
        }
    }
    std::erase(words, "");
    return words;
}

}  // namespace

class TestTokenizer : public QObject {
    Q_OBJECT
 private slots:
    void initTestCase() { tokenizer_ = Tokenizer::load(find_model("default") / "tokenizer.model"); }

    void numbersPiecesAsWordPieceDoes() {
        QCOMPARE(tokenizer_->vocabulary_size(), 30522);
        QCOMPARE(tokenizer_->cls_id(), 101);
        QCOMPARE(tokenizer_->sep_id(), 102);
        QCOMPARE(tokenizer_->encode("Hello, World!"), (Ids{7592, 1010, 2088, 999}));
        QCOMPARE(tokenizer_->encode(" na\u00efve\tCAF\u00c9\n"), (Ids{15743, 7668}));
        QCOMPARE(tokenizer_->piece(7592), std::string("\u2581hello"));
        QVERIFY(tokenizer_->encode("").empty());
        QVERIFY(tokenizer_->encode(" \n\t ").empty());
        QVERIFY_EXCEPTION_THROWN(tokenizer_->piece(-1), std::out_of_range);
    }

    void specialPiecesCannotBeWritten() {
        for (const std::int32_t id : tokenizer_->encode("[CLS] [SEP] [unused5]"))
            QVERIFY(id != 101 && id != 102 && id != 6);
    }

    void agreesWithTheGoldenPieces() {
        QFile file(QStringLiteral(CORPUSCOPE_TEST_DATA "/minilm/passages.jsonl"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        std::size_t same = 0, all = 0;
        while (!file.atEnd()) {
            const QJsonObject line = QJsonDocument::fromJson(file.readLine()).object();
            const std::string text = line["text"].toString().toStdString();
            const bool english =
                std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
            if (!english) continue;
            Ids golden;
            for (const auto& id : line["wordpieces"].toArray()) golden.push_back(id.toInt());
            golden = {golden.begin() + 1, golden.end() - 1};
            Ids own = tokenizer_->encode(text);
            if (golden.size() == 254 && own.size() > 254) own.resize(254);
            same += agreeing(own, golden);
            all += golden.size();
        }
        const double share = static_cast<double>(same) / static_cast<double>(all);
        qInfo("%.2f %% of %zu pieces agree", 100 * share, all);
        QVERIFY(share >= 0.975);
    }

    /// Any TSV of questions and sentences will do; which one is told by the environment.
    void agreesWithWordPieceOnQuestions() {
        const QString path = qEnvironmentVariable("CORPUSCOPE_QUESTIONS");
        if (path.isEmpty()) QSKIP("CORPUSCOPE_QUESTIONS is not set");
        std::ifstream file(path.toStdString());
        QVERIFY(file.good());
        const WordPiece word_piece(*tokenizer_);
        std::size_t same = 0, all = 0;
        for (std::string line; std::getline(file, line);) {
            const bool ascii =
                std::ranges::all_of(line, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
            if (!ascii) continue;
            const Ids golden = word_piece.encode(split_words(line));
            same += agreeing(tokenizer_->encode(line), golden);
            all += golden.size();
        }
        const double share = static_cast<double>(same) / static_cast<double>(all);
        qInfo("%.2f %% of %zu pieces agree", 100 * share, all);
        QVERIFY(share >= 0.98);
    }

    void rangesCoverTheWords_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("parts");
        QTest::newRow("plain") << "Hello, World!" << QStringList{"Hello", ",", "World", "!"};
        QTest::newRow("accents") << "a na\u00efve caf\u00e9" << QStringList{"a", "na\u00efve", "caf\u00e9"};
        QTest::newRow("no spaces") << "(e.g.x)" << QStringList{"(", "e", ".", "g", ".", "x", ")"};
        QTest::newRow("dash") << "stop\u2014here" << QStringList{"stop", "\u2014", "here"};
        QTest::newRow("lines") << "one\n\n  two\t\u201cthree\u201d"
                               << QStringList{"one", "two", "\u201c", "three", "\u201d"};
        QTest::newRow("ideographs") << "\u4e2d\u56fd" << QStringList{"\u4e2d", "\u56fd"};
        QTest::newRow("pieces") << "Unbelievableness." << QStringList{"Unbelievable", "ness", "."};
    }
    void rangesCoverTheWords() {
        QFETCH(QString, text);
        QFETCH(QStringList, parts);
        const std::string utf8 = text.toStdString();
        QStringList found;
        for (const auto& piece : tokenizer_->encode_with_ranges(utf8))
            found << QString::fromStdString(utf8.substr(static_cast<std::size_t>(piece.range.begin),
                                                        static_cast<std::size_t>(piece.range.size())));
        QCOMPARE(found, parts);
    }

    void rangesStayInsideAnyText() {
        for (const std::string text :
             {"\xff\xfe broken \xc3", "\u200b\u200b", "...", "e\u0301e\u0301", "\ud55c\uad6d", "\u2581x"}) {
            std::int64_t last = 0;
            for (const auto& piece : tokenizer_->encode_with_ranges(text)) {
                QVERIFY(piece.range.begin >= last && piece.range.begin <= piece.range.end);
                QVERIFY(piece.range.end <= std::ssize(text));
                last = piece.range.begin;
            }
        }
    }

    void whatIsNoModelIsNamed() {
        const QTemporaryDir folder;
        const QString path = folder.filePath("tokenizer.model");
        const auto error = [&]() -> QString {
            try {
                Tokenizer::load(path.toStdString());
            } catch (const std::runtime_error& failure) {
                return QString::fromUtf8(failure.what());
            }
            return {};
        };
        QVERIFY(error().startsWith(path));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("this is not a model");
        file.close();
        QVERIFY(error().startsWith(path));
    }

 private:
    std::shared_ptr<const Tokenizer> tokenizer_;
};

QTEST_GUILESS_MAIN(TestTokenizer)
#include "test_tokenizer.moc"
