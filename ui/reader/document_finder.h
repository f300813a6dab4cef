// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <vector>

#include "ui/models/text_store.h"

namespace corpuscope::ui {

/// Every place where the words of `query` stand one after the other, whatever their case and the white space
/// between them; at most `limit`.
std::vector<ByteRange> find_in_text(const std::string& text, const QString& query, std::size_t limit = 5000);

/// The places of a query in one document. Looks for them on another thread, as a text may be long.
class DocumentFinder : public QObject {
    Q_OBJECT
 public:
    explicit DocumentFinder(QObject* parent = nullptr);
    ~DocumentFinder() override;

    void setText(const TextStore::Text& text);
    void setQuery(const QString& query);
    const QString& query() const { return query_; }

    const std::vector<ByteRange>& matches() const { return matches_; }
    int current() const { return current_; }  ///< index into matches(); -1: none
    /// The next match (direction 1) or the one before it (-1), around the ends.
    void step(int direction);
    /// The first match from an offset on becomes the current one.
    void startAt(std::int64_t offset);
    int page() const;         ///< of the current match, from 1; 0 where the document has no pages
    int placeOnPage() const;  ///< how many matches stand before it on its page

 signals:
    void found();  ///< matches() are those of the query

 private:
    void look();

    using Matches = std::vector<ByteRange>;
    TextStore::Text text_;
    QString query_;
    Matches matches_;
    int current_ = -1;
    QFutureWatcher<Matches> watcher_;
};

}  // namespace corpuscope::ui
