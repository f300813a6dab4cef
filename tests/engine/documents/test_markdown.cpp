// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Markdown with what its writers borrow from HTML, and its tables.
#include "engine/documents/readers.h"
#include "tests/engine/documents/document_checks.h"

using namespace corpuscope::documents;

using Texts = std::vector<std::string>;

namespace {

Document read(std::string_view markdown) {
    const ReadResult result = read_markdown(markdown, "name", {});
    if (result) check_promises(*result);
    return result ? *result : Document{};
}

}  // namespace

class TestMarkdown : public QObject {
    Q_OBJECT

 private slots:
    void tags_within_text() {
        QCOMPARE(read("One<br>two<br/>three.").text, std::string("One\ntwo\nthree."));
        QCOMPARE(read("Up to 2<sup>31</sup>-1 or x<sup>2</sup>, CO<sub>2</sub>, <kbd>Ctrl</kbd>.").text,
                 std::string("Up to 2^31-1 or x2, CO2, Ctrl."));
        QCOMPARE(read("a <!-- never shown --> b").text, std::string("a b"));
    }

    void tags_within_cells() {
        QCOMPARE(blocks_of(read("| a | b |\n|---|---|\n| one<br>two | <ul><li>x</li><li>y</li></ul> |\n"),
                           BlockKind::TableRow),
                 (Texts{"a | b", "one two | x y"}));
    }

    void empty_cells_keep_their_place() {
        QCOMPARE(blocks_of(read("| | 2024 | 2025 |\n|---|---|---|\n| Oil | | 7 |\n| Ink | 4 | |\n"),
                           BlockKind::TableRow),
                 (Texts{"| 2024 | 2025", "Oil | | 7", "Ink | 4"}));
        // What follows a row that ends empty has nothing to do with it.
        QCOMPARE(read("| a | b |\n|---|---|\n| Ink | |\n\nBehind it.\n").text,
                 std::string("a | b\nInk\n\nBehind it."));
    }
};

QTEST_GUILESS_MAIN(TestMarkdown)
#include "test_markdown.moc"
