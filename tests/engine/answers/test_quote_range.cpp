// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QTest>
#include <string>
#include <string_view>
#include <vector>

#include "engine/answers/quote_range.h"

using namespace corpuscope;
using namespace corpuscope::answers;
using documents::BlockKind;

namespace {

struct Part {
    BlockKind kind = BlockKind::Paragraph;
    std::vector<std::string> sentences;
};

/// A document that is one passage.
struct Page {
    library::StoredPassage passage;
    Structure structure;

    explicit Page(const std::vector<Part>& parts) {
        std::string& text = passage.text;
        for (const Part& part : parts) {
            const auto begin = static_cast<std::int64_t>(text.size());
            for (const std::string& sentence : part.sentences) {
                const auto at = static_cast<std::int64_t>(text.size());
                text += sentence;
                structure.sentences.push_back({at, static_cast<std::int64_t>(text.size())});
                text += ' ';
            }
            structure.blocks.push_back({part.kind, 0, {begin, static_cast<std::int64_t>(text.size()) - 1}});
            text += '\n';
        }
        passage.range = {0, static_cast<std::int64_t>(text.size())};
        passage.sentences = static_cast<std::int64_t>(structure.sentences.size());
    }

    std::string quote(std::int64_t number) const {
        const ByteRange range = quote_range(structure, passage, number);
        return passage.text.substr(static_cast<std::size_t>(range.begin),
                                   static_cast<std::size_t>(range.size()));
    }
};

}  // namespace

class TestQuoteRange : public QObject {
    Q_OBJECT

 private slots:
    void a_sentence_that_points_back_has_the_one_before() {
        const Page page({{BlockKind::Paragraph,
                          {"The usual way is to ring the bell.", "This warns ships that are near.",
                           "The horn reaches farther."}}});
        QCOMPARE(page.quote(1), "The usual way is to ring the bell. This warns ships that are near.");
        QCOMPARE(page.quote(0), page.quote(1));  // which goes on to say what ringing does
        QCOMPARE(page.quote(2), "The horn reaches farther.");
    }

    void an_answer_in_a_word_is_quoted_with_what_it_answers() {
        const Page page(
            {{BlockKind::Paragraph,
              {"(12) I oiled the clockwork but the bell is slow.", "No. Oil thickens in frost."}}});
        QVERIFY(page.quote(0).ends_with("in frost."));
    }

    void nothing_is_taken_from_another_paragraph() {
        const Page page({{BlockKind::Paragraph, {"The usual way is to ring the bell."}},
                         {BlockKind::Paragraph, {"This warns ships that are near."}},
                         {BlockKind::Paragraph, {"It is heard for three miles."}}});
        QCOMPARE(page.quote(1), "This warns ships that are near.");
    }

    void a_long_sentence_stays_alone() {
        const std::string longest = "The bell" + std::string(390, '-') + ".";
        const Page page({{BlockKind::Paragraph, {longest, "This is much.", longest}}});
        QCOMPARE(page.quote(0), longest);
        QCOMPARE(page.quote(1), "This is much.");
    }

    void what_is_announced_follows() {
        const Page page({{BlockKind::Paragraph, {"Wind it like this:"}},
                         {BlockKind::Code, {"crank --turns 40", "crank --lock"}},
                         {BlockKind::Paragraph, {"Then oil it."}}});
        QVERIFY(page.quote(0).ends_with("crank --lock"));
        QCOMPARE(page.quote(3), "Then oil it.");
    }

    void headings_questions_and_scraps_cannot_answer() {
        const Page page({{BlockKind::Heading, {"Ringing the bell by hand"}},
                         {BlockKind::Paragraph, {"When is the bell rung?", "bell", "It is rung in fog."}}});
        std::vector<bool> can;
        for (const ByteRange& sentence : page.structure.sentences)
            can.push_back(can_answer(page.structure, sentence,
                                     std::string_view(page.passage.text)
                                         .substr(static_cast<std::size_t>(sentence.begin),
                                                 static_cast<std::size_t>(sentence.size()))));
        QCOMPARE(can, std::vector<bool>({false, false, false, true}));
    }
};

QTEST_APPLESS_MAIN(TestQuoteRange)
#include "test_quote_range.moc"
