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

}  // namespace

std::optional<TextSpan> find_on_page(const QString& page, const QString& wanted) {
    const Folded hay = fold(page);
    const QString needle = fold(wanted).text;
    if (needle.isEmpty() || hay.text.isEmpty()) return {};
    const auto span = [&](qsizetype begin, qsizetype length) {
        const int first = hay.from[static_cast<std::size_t>(begin)];
        const int last = hay.from[static_cast<std::size_t>(begin + length - 1)];
        return TextSpan{first, last - first + 1};
    };
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

}  // namespace corpuscope::ui
