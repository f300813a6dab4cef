// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/models/word_matcher.h"

#include <QTextBoundaryFinder>
#include <array>

namespace corpuscope::ui {
namespace {

const QSet<QString>& silent_words() {
    static const QSet<QString> words = [] {
        const QString list = QStringLiteral(
            "a about after all also am an and any are as at be been before being but by can cannot could did "
            "do does "
            "doing for from had has have how i if in into is it its just keep may me might more most must my "
            "no not of "
            "on one only or other our out over should so some such than that the their them then there these "
            "they this "
            "to too under up us use used using was we were what when where which while who whom whose why "
            "will with "
            "would you your");
        const QStringList parts = list.split(u' ');
        return QSet<QString>(parts.begin(), parts.end());
    }();
    return words;
}

QString stem(const QString& word) {
    static constexpr std::array endings{u"ings", u"ing", u"ies", u"ied", u"ed",
                                        u"es",   u"ly",  u"s",   u"y",   u"e"};
    QString result = word.toLower();
    if (result.size() <= 3) return result;
    for (const auto* ending : endings) {
        const QStringView view(ending);
        if (result.endsWith(view) && result.size() - view.size() >= 3) {
            result.chop(view.size());
            break;
        }
    }
    // "committed" and "commit": a doubled last consonant belongs to the ending.
    if (result.size() > 3 && result.back() == result[result.size() - 2] && result.back() != u's' &&
        result.back() != u'l') {
        result.chop(1);
    }
    return result;
}

template <typename Visit>
void for_each_word(const QString& text, Visit visit) {
    QTextBoundaryFinder finder(QTextBoundaryFinder::Word, text);
    qsizetype begin = 0;
    while (begin >= 0 && begin < text.size()) {
        const qsizetype end = finder.toNextBoundary();
        if (end < 0) break;
        if (text[begin].isLetterOrNumber()) visit(static_cast<int>(begin), static_cast<int>(end - begin));
        begin = end;
    }
}

}  // namespace

WordMatcher::WordMatcher(const QString& question) {
    for_each_word(question, [&](int begin, int length) {
        const QString word = question.mid(begin, length);
        if (!silent_words().contains(word.toLower())) stems_.insert(stem(word));
    });
}

std::vector<TextSpan> WordMatcher::find(const QString& text) const {
    std::vector<TextSpan> spans;
    if (stems_.isEmpty()) return spans;
    for_each_word(text, [&](int begin, int length) {
        if (stems_.contains(stem(text.mid(begin, length)))) spans.push_back({begin, length});
    });
    return spans;
}

QString lit_html(const QString& text, const std::vector<TextSpan>& spans, const QString& colour) {
    QString html;
    int at = 0;
    for (const TextSpan& span : spans) {
        html += text.mid(at, span.begin - at).toHtmlEscaped();
        html += QStringLiteral("<span style=\"background-color:%1\">%2</span>")
                    .arg(colour, text.mid(span.begin, span.length).toHtmlEscaped());
        at = span.begin + span.length;
    }
    html += text.mid(at).toHtmlEscaped();
    return html.replace(u'\n', QStringLiteral("<br>"));
}

}  // namespace corpuscope::ui
