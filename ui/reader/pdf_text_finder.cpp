// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/reader/pdf_text_finder.h"

#include <algorithm>
#include <vector>

namespace corpuscope::ui {
namespace {

/// The letters, digits and marks of a text, folded, each with the index that it came from.
struct Folded {
    QString text;
    std::vector<int> from;
};

Folded fold(const QString& text) {
    Folded folded;
    for (int i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        if (c.isSpace() || !c.isPrint() || c == u'-' || c == QChar(0x00AD) || c == QChar(0x2010)) continue;
        for (const QChar part : QString(c).normalized(QString::NormalizationForm_KC)) {
            folded.text += part.toLower();
            folded.from.push_back(i);
        }
    }
    return folded;
}

/// The stretch of the page behind a stretch of its folded text.
TextSpan unfold(const Folded& folded, qsizetype begin, qsizetype length) {
    const int first = folded.from[static_cast<std::size_t>(begin)];
    const int last = folded.from[static_cast<std::size_t>(begin + length - 1)];
    return {first, last - first + 1};
}

}  // namespace

std::optional<TextSpan> find_on_page(const QString& page, const QString& wanted) {
    const Folded hay = fold(page);
    const QString needle = fold(wanted).text;
    if (needle.isEmpty() || hay.text.isEmpty()) return {};
    const auto span = [&](qsizetype begin, qsizetype length) { return unfold(hay, begin, length); };
    if (const qsizetype at = hay.text.indexOf(needle); at >= 0) return span(at, needle.size());
    // The beginning of it at the page's end, or its end at the page's beginning: at least this much must
    // agree.
    const qsizetype least = std::min<qsizetype>(needle.size(), 12);
    for (qsizetype length = std::min(needle.size(), hay.text.size()); length >= least; --length) {
        if (hay.text.endsWith(needle.left(length))) return span(hay.text.size() - length, length);
        if (hay.text.startsWith(needle.right(length))) return span(0, length);
    }
    // A running header or footer may stand between: the longest beginning that is on the page.
    for (qsizetype length = needle.size() - 1; length >= std::max<qsizetype>(least, needle.size() / 4);
         --length) {
        if (const qsizetype at = hay.text.indexOf(needle.left(length)); at >= 0) return span(at, length);
    }
    return {};
}

std::vector<TextSpan> find_all_on_page(const QString& page, const QString& wanted) {
    std::vector<TextSpan> spans;
    const QString needle = fold(wanted).text;
    if (needle.isEmpty()) return spans;
    const Folded hay = fold(page);
    for (qsizetype at = hay.text.indexOf(needle); at >= 0; at = hay.text.indexOf(needle, at + needle.size()))
        spans.push_back(unfold(hay, at, needle.size()));
    return spans;
}

}  // namespace corpuscope::ui
