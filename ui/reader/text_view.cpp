// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/reader/text_view.h"

#include <QAbstractTextDocumentLayout>
#include <QEvent>
#include <QResizeEvent>
#include <QScrollBar>
#include <QTextBlock>
#include <algorithm>

#include "ui/widgets/focus_ring.h"
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
    new FocusRing(this);
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

void TextView::light(ByteRange range) {
    place_.range = range;
    if (part_ >= 0) light();
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

void TextView::setFound(std::vector<ByteRange> found) {
    if (found_.empty() && found.empty()) return;
    found_ = std::move(found);
    if (part_ >= 0) light();
}

std::int64_t TextView::firstVisible() const {
    const int position = cursorForPosition({kGrid * 2, kGrid}).position();
    const auto after =
        std::upper_bound(blocks_.begin(), blocks_.end(), position,
                         [](int value, const LaidBlock& block) { return value < block.position; });
    return after == blocks_.begin() ? 0 : std::prev(after)->range.begin;
}

void TextView::showAtTop(std::int64_t offset) {
    if (!parts_) return;
    showPart(parts_->partAt(offset));
    QTextCursor cursor(document());
    cursor.setPosition(position_of(blocks_, text_->text, offset));
    verticalScrollBar()->setValue(cursorRect(cursor).top() + verticalScrollBar()->value() - kGrid);
}

bool TextView::is_here(ByteRange range) const {
    return !range.empty() && !blocks_.empty() && range.begin < blocks_.back().range.end &&
           range.end > blocks_.front().range.begin;
}

std::vector<TextSpan> TextView::find_matches() const {
    std::vector<TextSpan> matches;
    for (const ByteRange& range : found_) {
        if (!is_here(range) || matches.size() >= kMatchesLit) continue;
        const int begin = position_of(blocks_, text_->text, range.begin);
        matches.push_back({begin, position_of(blocks_, text_->text, range.end) - begin});
    }
    if (!found_.empty()) return matches;
    for (const LaidBlock& block : blocks_) {
        if (matches.size() >= kMatchesLit) break;
        for (const TextSpan& span : words_.find(block.text))
            matches.push_back({block.position + span.begin, span.length});
    }
    return matches;
}

void TextView::light() {
    const Colours colours = colours_of(palette());
    citation_ = {};
    QList<ExtraSelection> selections;
    const auto add = [&](TextSpan span, const QColor& ground) {
        ExtraSelection selection;
        selection.cursor = QTextCursor(document());
        selection.cursor.setPosition(span.begin);
        selection.cursor.setPosition(span.begin + span.length, QTextCursor::KeepAnchor);
        selection.format.setBackground(ground);
        selections.append(selection);
    };
    matches_ = find_matches();
    for (const TextSpan& match : matches_) add(match, colours.lit_other);
    if (is_here(place_.range)) {
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

/// The citation where it is to be seen, else what stands at the top: where it is on the screen it stays when
/// lines are broken anew.
TextView::Anchor TextView::anchor() const {
    const auto at = [this](int position) {
        QTextCursor cursor(document());
        cursor.setPosition(position);
        return Anchor{position, cursorRect(cursor).top()};
    };
    if (citation_.length > 0) {
        const Anchor citation = at(citation_.begin);
        if (citation.top >= 0 && citation.top < viewport()->height()) return citation;
    }
    return at(cursorForPosition({kGrid * 2, kGrid}).position());
}

void TextView::hold(const Anchor& anchor) {
    QTextCursor cursor(document());
    cursor.setPosition(anchor.position);
    verticalScrollBar()->setValue(verticalScrollBar()->value() + cursorRect(cursor).top() - anchor.top);
}

void TextView::changeEvent(QEvent* event) {
    const bool looks = event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange;
    const bool laid = looks && text_ && part_ >= 0 && !laying_;
    const Anchor held = laid ? anchor() : Anchor{};
    QTextEdit::changeEvent(event);
    if (!laid) return;
    lay();
    hold(held);
}

void TextView::resizeEvent(QResizeEvent* event) {
    const bool other_lines = text_ && part_ >= 0 && event->size().width() != event->oldSize().width();
    const Anchor held = other_lines ? anchor() : Anchor{};
    QTextEdit::resizeEvent(event);
    if (other_lines) hold(held);
}

}  // namespace corpuscope::ui
