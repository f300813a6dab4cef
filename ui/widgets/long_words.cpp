// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/long_words.h"

namespace corpuscope::ui {
namespace {

constexpr int kUnbroken = 30;
constexpr QChar kBreak(0x200b);  // zero width space

QString broken(const QString& text, bool html) {
    QString result;
    result.reserve(text.size());
    int run = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        qsizetype end = i + 1;
        // A tag, or a character written as an entity.
        if (html && (text[i] == u'<' || text[i] == u'&')) {
            const qsizetype close = text.indexOf(text[i] == u'<' ? u'>' : u';', i);
            if (close > i) end = close + 1;
        } else if (text[i].isHighSurrogate() && end < text.size()) {
            ++end;
        }
        const bool tag = html && text[i] == u'<';
        if (text[i].isSpace() || (tag && text.mid(i, 3) == QStringLiteral("<br"))) run = 0;
        if (!text[i].isSpace() && !tag && ++run > kUnbroken) {
            result += kBreak;
            run = 1;
        }
        result += QStringView(text).mid(i, end - i);
        i = end - 1;
    }
    return result;
}

}  // namespace

QString breakable(const QString& text) { return broken(text, false); }
QString breakable_html(const QString& html) { return broken(html, true); }

}  // namespace corpuscope::ui
