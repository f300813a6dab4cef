// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QRegularExpression>
#include <QTest>

#include "engine/answers/pattern_spaces.h"

using corpuscope::answers::with_any_white_space;

class TestPatternSpaces : public QObject {
    Q_OBJECT

 private slots:
    void matching_data() {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("matches");
        const auto row = [](const char* pattern, const char* text, bool matches) {
            QTest::addRow("%s on %s", pattern, text) << QString(pattern) << QString(text) << matches;
        };
        row("fog bell", "fog\n  bell", true);
        row("fog  bell", "fog bell", true);
        row("fog\tbell", "fog\nbell", true);
        row("fog bell", "fogbell", false);
        row("^[a b]$", "s", false);  // "\s+" in a class is an "s", too
        row("^[a b]$", "+", false);
        row("^[a b]$", " ", true);
        row("^[] ]$", " ", true);
        row("^[^] b]$", "+", true);
        row("^[[:alpha:] ]$", "+", false);
        row("^[\\] ]$", "+", false);
        row("fog ?bell$", "fogbell", true);
        row("fog ?bell$", "fog\nbell", true);
        row("fog *bell$", "fog \n bell", true);
        row("fog *bell$", "fogbell", true);
        row("fog {2}bell", "fog\n bell", true);
        row("fog {2}bell", "fog bell", false);
        row("fog {2}bell", "fog   bell", false);
        row("fog  *bell", "fog\nbell", true);
        row("fog  *bell", "fogbell", false);
        row("\\[a b\\]", "[a\nb]", true);
        row("a\\ b", "a b", true);
        row("a\\ b", "a\nb", false);
        row("\\Qa b\\E c", "a b\nc", true);
        row("\\Qa b\\E", "a\nb", false);
        row("(?x) fog \\s bell", "fog bell", true);
        row("(?x) fog \\s bell", " fog bell", true);
        row("(?x:fog bell)", "fogbell", true);
        row("(?i-s:fog bell)", "fog\nbell", true);
        row("(?<x>fog bell)", "fog\nbell", true);
        row("größer als", "größer\nals", true);
        row("a b[", "a b[", false);  // invalid stays invalid
    }
    void matching() {
        QFETCH(QString, pattern);
        QFETCH(QString, text);
        const auto changed = QString::fromStdString(with_any_white_space(pattern.toStdString()));
        QTEST(QRegularExpression(changed).match(text).hasMatch(), "matches");
    }

    void whatHasNoWhiteSpaceIsLeftAlone() {
        for (const char* pattern :
             {"", "a", "\\", "[", "[^", "[]", "(?", "(?x", "a{2,}", "\\Qx", "[\\", "[[:a"})
            QCOMPARE(with_any_white_space(pattern), std::string(pattern));
    }
};

QTEST_GUILESS_MAIN(TestPatternSpaces)
#include "test_pattern_spaces.moc"
