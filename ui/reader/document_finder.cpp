// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/reader/document_finder.h"

#include <QRegularExpression>
#include <QStringEncoder>
#include <QtConcurrentRun>
#include <algorithm>

namespace corpuscope::ui {
namespace {

std::int64_t utf8_size(QStringView text) {
    std::int64_t size = 0;
    for (const QChar c : text) {
        const char16_t unit = c.unicode();
        // Each half of a surrogate pair stands for two of the four bytes.
        size += unit < 0x80 ? 1 : unit < 0x800 || c.isSurrogate() ? 2 : 3;
    }
    return size;
}

}  // namespace

std::vector<ByteRange> find_in_text(const std::string& text, const QString& query, std::size_t limit) {
    std::vector<ByteRange> ranges;
    QStringList words = query.split(QRegularExpression(QStringLiteral("\\s+")), Qt::SkipEmptyParts);
    if (words.isEmpty()) return ranges;
    for (QString& word : words) word = QRegularExpression::escape(word);
    const QRegularExpression pattern(
        words.join(QStringLiteral("\\s+")),
        QRegularExpression::CaseInsensitiveOption | QRegularExpression::UseUnicodePropertiesOption);
    const QString whole = QString::fromStdString(text);
    qsizetype at = 0;
    std::int64_t offset = 0;
    for (auto match = pattern.globalMatch(whole); match.hasNext() && ranges.size() < limit;) {
        const QRegularExpressionMatch here = match.next();
        offset += utf8_size(QStringView(whole).mid(at, here.capturedStart() - at));
        const std::int64_t end = offset + utf8_size(here.capturedView());
        ranges.push_back({offset, end});
        offset = end;
        at = here.capturedEnd();
    }
    return ranges;
}

DocumentFinder::DocumentFinder(QObject* parent) : QObject(parent) {
    connect(&watcher_, &QFutureWatcher<Matches>::finished, this, [this] {
        if (watcher_.isCanceled()) return;  // nothing is looked for
        matches_ = watcher_.result();
        current_ = -1;
        emit found();
    });
}

DocumentFinder::~DocumentFinder() = default;

void DocumentFinder::setText(const TextStore::Text& text) {
    if (text == text_) return;
    text_ = text;
    look();
}

void DocumentFinder::setQuery(const QString& query) {
    if (query == query_) return;
    query_ = query;
    look();
}

void DocumentFinder::look() {
    matches_.clear();
    current_ = -1;
    if (query_.isEmpty() || !text_) {
        watcher_.setFuture({});
        emit found();
        return;
    }
    // A new future takes the place of one under way, whose result falls away.
    watcher_.setFuture(
        QtConcurrent::run([text = text_, query = query_] { return find_in_text(text->text.text, query); }));
}

void DocumentFinder::step(int direction) {
    const int count = static_cast<int>(matches_.size());
    if (count > 0) current_ = (std::max(current_, direction > 0 ? -1 : 0) + direction + count) % count;
}

void DocumentFinder::startAt(std::int64_t offset) {
    const auto first = std::find_if(matches_.begin(), matches_.end(),
                                    [&](const ByteRange& range) { return range.begin >= offset; });
    current_ = matches_.empty()          ? -1
               : first == matches_.end() ? 0
                                         : static_cast<int>(first - matches_.begin());
}

int DocumentFinder::page() const {
    if (current_ < 0) return 0;
    const std::vector<ByteRange>& pages = text_->text.pages;
    const std::int64_t offset = matches_[static_cast<std::size_t>(current_)].begin;
    const auto page = std::find_if(pages.begin(), pages.end(),
                                   [&](const ByteRange& range) { return range.contains(offset); });
    return page == pages.end() ? 0 : static_cast<int>(page - pages.begin()) + 1;
}

int DocumentFinder::placeOnPage() const {
    const int here = page();
    if (here == 0) return 0;
    const std::int64_t begin = text_->text.pages[static_cast<std::size_t>(here - 1)].begin;
    int before = 0;
    for (int match = current_ - 1; match >= 0 && matches_[static_cast<std::size_t>(match)].begin >= begin;
         --match)
        ++before;
    return before;
}

}  // namespace corpuscope::ui
