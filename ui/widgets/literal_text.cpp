// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/literal_text.h"

#include <QTextDocument>

namespace corpuscope::ui {
namespace {

bool is_shown_as_it_is(QChar c) {
    const char16_t code = c.unicode();
    const bool turns = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    return !turns && c.category() != QChar::Other_Control && code != QChar::LineSeparator &&
           code != QChar::ParagraphSeparator;
}

}  // namespace

QString literal(const QString& text) {
    QString result = text;
    for (QChar& c : result)
        if (!is_shown_as_it_is(c)) c = QChar(QChar::ReplacementCharacter);
    return result;
}

QString literal(const std::string& text) { return literal(QString::fromStdString(text)); }

QString plain_tool_tip(const QString& text) {
    if (!Qt::mightBeRichText(text)) return text;
    return QStringLiteral("<qt>%1</qt>").arg(text.toHtmlEscaped().replace(u'\n', QStringLiteral("<br>")));
}

QString without_mnemonic(const QString& text) { return QString(text).replace(u'&', QStringLiteral("&&")); }

}  // namespace corpuscope::ui
