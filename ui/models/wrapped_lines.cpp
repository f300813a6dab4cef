// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/models/wrapped_lines.h"

#include <QRegularExpression>
#include <algorithm>
#include <vector>

namespace corpuscope::ui {
namespace {

// Of the widest line of a paragraph: lines of a list or of a poem are narrower, lines wider than the most are
// not wrapped at all.
constexpr qsizetype kLeastWidth = 40, kMostWidth = 200;
// Of that width: from there on a line and the next word are too much.
constexpr qsizetype kFullPerCent = 88;
constexpr qsizetype kWrappedPerCent = 70;  ///< of a paragraph's breaks that such lines make
constexpr qsizetype kMarksPerCent = 10;    ///< of a paragraph's characters that are marks of code, at most

/// A line without the break at its end.
struct Line {
    qsizetype begin = 0;
    QStringView text;  ///< without white space at its ends
    qsizetype indent = 0;
    bool item = false;   ///< begins one of a list
    bool alone = false;  ///< belongs to no paragraph: empty, a row, code, a quoted line of a mail
};

/// "- ", "* ", "• ", "3. ", "(a) "
bool begins_item(QStringView text) {
    static const QRegularExpression pattern(
        QStringLiteral(R"(^(?:[-*+\x{2022}\x{2013}]|\(?(?:\d{1,3}|[a-zA-Z])\)|\d{1,3}\.)\s)"));
    return pattern.match(text.toString()).hasMatch();
}

bool stands_alone(QStringView text) {
    if (text.isEmpty() || QStringView(u"#>|/%;=~^\\<{}").contains(text.front())) return true;
    if (std::none_of(text.begin(), text.end(), [](QChar c) { return c.isLetterOrNumber(); })) return true;
    // Columns of a table, statements of a program.
    return text.contains(u'\t') || text.contains(QStringView(u"   ")) || text.contains(QStringView(u" | ")) ||
           QStringView(u"{};\\").contains(text.back());
}

std::vector<Line> lines_of(const QString& text) {
    std::vector<Line> lines;
    for (qsizetype begin = 0; begin <= text.size();) {
        qsizetype end = text.indexOf(u'\n', begin);
        if (end < 0) end = text.size();
        const QStringView whole = QStringView(text).mid(begin, end - begin);
        const QStringView visible = whole.trimmed();
        const qsizetype indent = visible.isEmpty() ? 0 : visible.begin() - whole.begin();
        lines.push_back({begin, visible, indent, begins_item(visible), stands_alone(visible)});
        begin = end + 1;
    }
    return lines;
}

/// Whether `next` can go on with the paragraph that began `first` lines ago.
bool goes_on(const std::vector<Line>& lines, std::size_t first, std::size_t next) {
    const Line &opening = lines[first], &line = lines[next];
    if (line.alone || line.item || opening.alone) return false;
    if (next > first + 1) return line.indent == lines[next - 1].indent;
    // The first line of a paragraph may stand further in, the further ones of an item do.
    return line.indent == opening.indent || line.indent < opening.indent || opening.item;
}

/// A synopsis of a command or a formula is no running text.
bool is_running_text(const std::vector<Line>& lines, std::size_t begin, std::size_t end) {
    qsizetype marks = 0, all = 0;
    for (std::size_t i = begin; i < end; ++i) {
        const QStringView text = lines[i].text;
        all += text.size();
        marks += std::count_if(text.begin(), text.end(),
                               [](QChar c) { return QStringView(u"[]<>{}()=|/\\_$#*+~^&%@").contains(c); });
    }
    return marks * 100 <= all * kMarksPerCent;
}

bool is_wrapped(const std::vector<Line>& lines, std::size_t begin, std::size_t end) {
    qsizetype width = 0;
    for (std::size_t i = begin; i < end; ++i) width = std::max(width, lines[i].indent + lines[i].text.size());
    if (width < kLeastWidth || width > kMostWidth || !is_running_text(lines, begin, end)) return false;
    qsizetype full = 0;
    for (std::size_t i = begin; i + 1 < end; ++i) {
        const QStringView next = lines[i + 1].text;
        const qsizetype space = next.indexOf(u' ');
        const qsizetype word = space < 0 ? next.size() : space;
        full += (lines[i].indent + lines[i].text.size() + 1 + word) * 100 > width * kFullPerCent ? 1 : 0;
    }
    return full * 100 >= static_cast<qsizetype>(end - begin - 1) * kWrappedPerCent;
}

}  // namespace

QString with_wrapped_lines_joined(const QString& text) {
    QString joined = text;
    const std::vector<Line> lines = lines_of(text);
    for (std::size_t begin = 0; begin < lines.size();) {
        std::size_t end = begin + 1;
        while (end < lines.size() && goes_on(lines, begin, end)) ++end;
        if (end - begin > 1 && is_wrapped(lines, begin, end))
            for (std::size_t i = begin + 1; i < end; ++i) joined[lines[i].begin - 1] = u' ';
        begin = end;
    }
    return joined;
}

}  // namespace corpuscope::ui
