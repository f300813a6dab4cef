// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "engine/documents/passages.h"
#include "engine/documents/readers.h"
#include "engine/documents/utf8.h"
#include "tests/engine/documents/document_checks.h"

using namespace corpuscope;
using namespace corpuscope::documents;

namespace {

// A token a word, and one for every eight bytes beyond the first eight.
std::vector<std::int32_t> tokenize(std::string_view text) {
    std::vector<std::int32_t> ids;
    std::size_t length = 0;
    for (const char c : text) {
        if (is_space(c)) {
            length = 0;
        } else if (length++ % 8 == 0) {
            ids.push_back(static_cast<unsigned char>(c));
        }
    }
    return ids;
}

Document read(const std::string& markdown) {
    ReadResult result = read_markdown(markdown, "name", {});
    return result ? *result : Document{};
}

std::string sentence(int number) {
    std::string text = "This is sentence number ";
    text += std::to_string(number);
    return text += " of the long text. ";
}

std::string paragraph(int first, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += sentence(first + i);
    return text + "\n\n";
}

// What passages.h promises, whatever the document.
void check_cut(const Document& document, const Passages& cut, const PassageOptions& options = {}) {
    std::int64_t sentence_at = 0, unit_at = 0, tokens = 0, last_end = 0;
    for (const Passage& passage : cut.passages) {
        QVERIFY(passage.range.begin >= last_end);
        last_end = passage.range.end;
        QVERIFY(count_characters(slice(document.text, passage.range)) <= options.max_characters);
        QCOMPARE(passage.first_sentence, sentence_at);
        QCOMPARE(passage.first_unit, unit_at);
        QVERIFY(passage.sentences > 0 && passage.units > 0);
        QCOMPARE(cut.sentences[static_cast<std::size_t>(sentence_at)].begin, passage.range.begin);
        sentence_at += passage.sentences;
        unit_at += passage.units;
        QCOMPARE(cut.sentences[static_cast<std::size_t>(sentence_at - 1)].end, passage.range.end);
    }
    QCOMPARE(sentence_at, static_cast<std::int64_t>(cut.sentences.size()));
    QCOMPARE(unit_at, static_cast<std::int64_t>(cut.units.size()));
    std::size_t p = 0;
    for (std::size_t u = 0; u < cut.units.size(); ++u) {
        const Unit& unit = cut.units[u];
        while (static_cast<std::int64_t>(u) >= cut.passages[p].first_unit + cut.passages[p].units) ++p;
        QVERIFY(!unit.ids.empty() && unit.ids.size() <= static_cast<std::size_t>(options.max_unit_tokens));
        QVERIFY(unit.range.begin >= cut.passages[p].range.begin &&
                unit.range.end <= cut.passages[p].range.end);
        QVERIFY(!is_continuation(document.text[static_cast<std::size_t>(unit.range.begin)]));
        QCOMPARE(unit.ids, tokenize(slice(document.text, unit.range)));
        tokens += static_cast<std::int64_t>(unit.ids.size());
    }
    QCOMPARE(cut.tokens, tokens);
    QCOMPARE(tokens, static_cast<std::int64_t>(tokenize(document.text).size()));
}

}  // namespace

class TestPassages : public QObject {
    Q_OBJECT

 private slots:
    void short_sections_share_a_passage() {
        const Document document = read("# Top\n\nOne line.\n\n## Next\n\nAnother line.\n");
        const Passages cut = cut_passages(document, {}, tokenize);
        check_cut(document, cut);
        QCOMPARE(cut.passages.size(), std::size_t{1});
        QCOMPARE(slice(document.text, cut.passages[0].range), document.text);
        QCOMPARE(cut.passages[0].heading, std::string("Top"));
    }

    void a_heading_closes_a_long_enough_passage() {
        const Document document = read("# Top\n\n" + paragraph(100, 14) + "## Middle\n\n### Deep\n\n" +
                                       paragraph(200, 3) + "## Last\n\nEnd.\n");
        const Passages cut = cut_passages(document, {}, tokenize);
        check_cut(document, cut);
        QCOMPARE(cut.passages.size(), std::size_t{2});
        QVERIFY(slice(document.text, cut.passages[0].range).ends_with("number 113 of the long text."));
        QVERIFY(slice(document.text, cut.passages[1].range)
                    .starts_with("Middle\n\nDeep\n\nThis is sentence number 200"));
        QCOMPARE(cut.passages[1].heading, std::string("Top › Middle › Deep"));
    }

    void a_heading_is_never_last() {
        // The paragraph alone nearly fills a passage, and the heading would still fit.
        const Document document = read(paragraph(1000, 10) + "# Heading\n\n" + paragraph(2000, 15));
        PassageOptions options;
        options.heading_closes_from = 100000;
        const Passages cut = cut_passages(document, options, tokenize);
        check_cut(document, cut, options);
        for (const Passage& passage : cut.passages)
            QVERIFY(!slice(document.text, passage.range).ends_with("Heading"));
    }

    /// An option of a manual page is found by what is said of it.
    void a_term_stays_with_its_definition() {
        std::string html = "<html><body><h1>Options</h1><dl>";
        for (int i = 0; i < 12; ++i)
            html += "<dt>--option" + std::to_string(i) + "</dt><dd>" + paragraph(100 * i, 5) + "</dd>";
        const ReadResult page = read_html(html + "</dl></body></html>", "options.html", {});
        QVERIFY(page.has_value());
        const Passages cut = cut_passages(*page, {}, tokenize);
        check_cut(*page, cut);
        QVERIFY(cut.passages.size() > 3);
        for (const Passage& passage : cut.passages) {
            const std::string text = slice(page->text, passage.range);
            QVERIFY2(text.starts_with("--option") || text.starts_with("Options"), text.c_str());
            const auto last = text.rfind("--option");
            QVERIFY(text.substr(last).find("This is sentence") != std::string_view::npos);
        }
    }

    void passages_are_runs_of_whole_sentences() {
        const Document document = read(paragraph(100, 100));
        const Passages cut = cut_passages(document, {}, tokenize);
        check_cut(document, cut);
        QCOMPARE(cut.sentences.size(), std::size_t{100});
        for (const ByteRange range : cut.sentences) {
            QVERIFY(slice(document.text, range).starts_with("This is"));
            QVERIFY(slice(document.text, range).ends_with("text."));
        }
        // Nothing shorter than needed: two neighbours never fit one passage.
        for (std::size_t i = 0; i + 1 < cut.passages.size(); ++i)
            QVERIFY(cut.passages[i + 1].range.begin + 42 - cut.passages[i].range.begin > 1000);
    }

    void units_close_at_sixteen_tokens() {
        const Document document = read(
            "One two three. Four five six seven eight nine ten. Eleven twelve thirteen fourteen fifteen "
            "sixteen. "
            "Next unit.");
        const Passages cut = cut_passages(document, {}, tokenize);
        check_cut(document, cut);
        QCOMPARE(cut.units.size(), std::size_t{2});
        QCOMPARE(cut.units[0].ids.size(), std::size_t{16});
        QCOMPARE(slice(document.text, cut.units[1].range), std::string("Next unit."));
        PassageOptions single;
        single.unit_tokens = 0;
        QCOMPARE(cut_passages(document, single, tokenize).units.size(), std::size_t{4});
    }

    void long_sentences_are_split() {
        std::string words;
        for (int i = 0; i < 400; ++i) words += i % 2 == 0 ? "wind " : "wave ";
        const Document document = read(words);
        PassageOptions options;
        options.max_characters = 100000;
        const Passages cut = cut_passages(document, options, tokenize);
        check_cut(document, cut, options);
        QCOMPARE(cut.sentences.size(), std::size_t{1});
        QCOMPARE(cut.units.size(), std::size_t{2});
        QCOMPARE(cut.units[0].ids.size(), std::size_t{254});
        check_cut(document, cut_passages(document, {}, tokenize));
    }

    void a_word_without_end_is_split_between_characters() {
        std::string word;
        for (int i = 0; i < 3000; ++i) word += "é";
        const Document document = read(word);
        const Passages cut = cut_passages(document, {}, [](std::string_view text) {
            return std::vector<std::int32_t>(static_cast<std::size_t>(count_characters(text)), 7);
        });
        QCOMPARE(cut.passages.size(), std::size_t{3});
        QCOMPARE(cut.tokens, std::int64_t{3000});
        for (const Unit& unit : cut.units) {
            QVERIFY(unit.ids.size() <= 254);
            QCOMPARE(static_cast<std::int64_t>(unit.ids.size()), unit.range.size() / 2);
        }
    }

    void pages_are_those_of_the_first_character() {
        const ReadResult manual = read_document(data("manual.pdf"));
        QVERIFY(manual.has_value());
        PassageOptions options;
        options.heading_closes_from = 1;
        const Passages cut = cut_passages(*manual, options, tokenize);
        for (const Passage& passage : cut.passages) {
            const ByteRange page = manual->pages.at(static_cast<std::size_t>(passage.page - 1));
            QVERIFY(page.contains(passage.range.begin));
        }
        QCOMPARE(cut.passages.back().page, 4);
        QCOMPARE(cut.passages.back().heading,
                 std::string("The tide gauge at Sorrel Point › 3. When the well freezes"));
        QCOMPARE(cut_passages(read("text"), {}, tokenize).passages[0].page, 0);
    }

    void code_is_cut_at_its_lines() {
        const Document document = read("```\nint a = 1. ;\nint b;\n\nint c;\n```\n");
        const Passages cut = cut_passages(document, {}, tokenize);
        QCOMPARE(cut.sentences.size(), std::size_t{3});
        QCOMPARE(slice(document.text, cut.sentences[0]), std::string("int a = 1. ;"));
    }

    void text_without_tokens() {
        const Document document = read("# Title\n\nWords here.\n\n\\* \\* \\*\n");
        const auto letters_only = [](std::string_view text) {
            return text.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos
                       ? std::vector<std::int32_t>{}
                       : tokenize(text);
        };
        const Passages cut = cut_passages(document, {}, letters_only);
        QCOMPARE(cut.passages.size(), std::size_t{1});
        QCOMPARE(cut.units.size(), std::size_t{1});
        QVERIFY(cut_passages(read("\\* \\* \\*"), {}, letters_only).passages.empty());
        QVERIFY(cut_passages({}, {}, tokenize).passages.empty());
    }

    void every_test_document() {
        for (const auto& entry : std::filesystem::directory_iterator(data(""))) {
            Limits limits;
            limits.max_inflated_bytes = 1'000'000;
            const ReadResult result = read_document(entry.path(), limits);
            if (result) check_cut(*result, cut_passages(*result, {}, tokenize));
        }
    }

    // A megabyte in one line and a hundred thousand blocks: time that grows with the square would not end.
    void long_documents() {
        Document line;
        for (int i = 0; i < 200'000; ++i) line.text += "word ";
        check_cut(line, cut_passages(line, {}, tokenize));
        const Document many = read([] {
            std::string text;
            for (int i = 0; i < 50'000; ++i) text += "# H\n\nA line.\n\n";
            return text;
        }());
        QCOMPARE(many.blocks.size(), std::size_t{100'000});
        check_cut(many, cut_passages(many, {}, tokenize));
    }
};

QTEST_GUILESS_MAIN(TestPassages)
#include "test_passages.moc"
