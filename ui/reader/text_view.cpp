// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/reader/text_view.h"

#include <QAbstractTextDocumentLayout>
#include <QEvent>
#include <QScrollBar>
#include <QTextBlock>
#include <algorithm>

#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {
constexpr std::size_t kMatchesLit = 1000;
}

TextView::TextView(QWidget* parent) : QTextEdit(parent) {
    setObjectName(QStringLiteral("textView"));
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Text of the document"));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

void TextView::showText(const TextStore::Text& text, const Place& place, const WordMatcher& words) {
    place_ = place;
    words_ = words;
    if (text_ != text) {
        text_ = text;
        parts_.emplace(text->text);
        part_ = -1;
    }
    const int wanted = parts_->partAt(place.range.begin);
    if (wanted != part_) {
        part_ = wanted;
        lay();
    } else {
        light();
    }
    if (citation_.length > 0) {
        centre_on(citation_.begin);
    } else {
        verticalScrollBar()->setValue(0);
    }
}

void TextView::showPart(int part) {
    if (!parts_ || part < 0 || part >= parts_->count() || part == part_) return;
    part_ = part;
    lay();
    verticalScrollBar()->setValue(0);
}

void TextView::lay() {
    laying_ = true;
    blocks_ = lay_out(*document(), text_->text, parts_->blocks(part_), font(), palette());
    laying_ = false;
    light();
    emit partChanged();
}

void TextView::light() {
    const Colours colours = colours_of(palette());
    citation_ = {};
    matches_.clear();
    QList<ExtraSelection> selections;
    const auto add = [&](TextSpan span, const QColor& ground) {
        ExtraSelection selection;
        selection.cursor = QTextCursor(document());
        selection.cursor.setPosition(span.begin);
        selection.cursor.setPosition(span.begin + span.length, QTextCursor::KeepAnchor);
        selection.format.setBackground(ground);
        selections.append(selection);
    };
    for (const LaidBlock& block : blocks_) {
        if (matches_.size() >= kMatchesLit) break;
        for (const TextSpan& span : words_.find(block.text)) {
            matches_.push_back({block.position + span.begin, span.length});
            add(matches_.back(), colours.lit_other);
        }
    }
    if (!place_.range.empty() && !blocks_.empty() && place_.range.begin < blocks_.back().range.end &&
        place_.range.end > blocks_.front().range.begin) {
        citation_.begin = position_of(blocks_, text_->text, place_.range.begin);
        citation_.length = position_of(blocks_, text_->text, place_.range.end) - citation_.begin;
        if (citation_.length > 0) add(citation_, colours.lit);
    }
    setExtraSelections(selections);
    emit matchesChanged();
}

QString TextView::litText() const {
    QTextCursor cursor(document());
    cursor.setPosition(citation_.begin);
    cursor.setPosition(citation_.begin + citation_.length, QTextCursor::KeepAnchor);
    return cursor.selectedText()
        .replace(QChar(QChar::ParagraphSeparator), u'\n')
        .replace(QChar(QChar::LineSeparator), u'\n');
}

std::vector<MatchStrip::Mark> TextView::marks() const {
    std::vector<MatchStrip::Mark> marks;
    const double height = std::max(1.0, document()->size().height());
    const auto add = [&](int position, bool citation) {
        const QTextBlock block = document()->findBlock(position);
        const QRectF box = document()->documentLayout()->blockBoundingRect(block);
        const double inside = block.length() > 1 ? double(position - block.position()) / block.length() : 0;
        marks.push_back({(box.top() + box.height() * inside) / height, citation});
    };
    for (const TextSpan& match : matches_) add(match.begin, false);
    if (citation_.length > 0) add(citation_.begin, true);
    return marks;
}

void TextView::step(int direction) {
    std::vector<int> stops;
    for (const TextSpan& match : matches_) stops.push_back(match.begin);
    if (citation_.length > 0) stops.push_back(citation_.begin);
    std::sort(stops.begin(), stops.end());
    const int at = textCursor().position();
    auto next = direction > 0 ? std::upper_bound(stops.begin(), stops.end(), at)
                              : std::lower_bound(stops.begin(), stops.end(), at);
    const bool beyond = direction > 0 ? next == stops.end() : next == stops.begin();
    if (beyond && parts() > 1) {
        showPart((part_ + direction + parts()) % parts());
    } else if (beyond && !stops.empty()) {
        centre_on(direction > 0 ? stops.front() : stops.back());
    } else if (!beyond) {
        centre_on(direction > 0 ? *next : *std::prev(next));
    }
}

void TextView::jump(double at) {
    const int height = verticalScrollBar()->maximum() + verticalScrollBar()->pageStep();
    verticalScrollBar()->setValue(static_cast<int>(at * height) - viewport()->height() / 2);
}

void TextView::centre_on(int position) {
    QTextCursor cursor(document());
    cursor.setPosition(position);
    setTextCursor(cursor);
    const int y = cursorRect(cursor).top() + verticalScrollBar()->value();
    verticalScrollBar()->setValue(y - viewport()->height() / 3);
}

void TextView::changeEvent(QEvent* event) {
    QTextEdit::changeEvent(event);
    const bool looks = event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange;
    if (looks && text_ && part_ >= 0 && !laying_) {
        const int scroll = verticalScrollBar()->value();
        lay();
        verticalScrollBar()->setValue(scroll);
    }
}

}  // namespace corpuscope::ui
