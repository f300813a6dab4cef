// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDockWidget>

#include "ui/models/place.h"
#include "ui/models/text_store.h"
#include "ui/models/word_matcher.h"

class QSplitter;

namespace corpuscope::ui {

class ReaderPane;
struct LibraryView;

/// The reader: one document, or two one above the other (both ends of a cell of the attention map).
class ReaderDock : public QDockWidget {
    Q_OBJECT
 public:
    explicit ReaderDock(TextStore& texts, QWidget* parent = nullptr);

    /// With the words of `question` marked.
    void open(const Place& place, const QString& question = {});
    void openBoth(const Place& first, const Place& second);
    void clear();
    /// Opens the search in the document that has the keyboard, else in the first.
    void find();
    void step(int direction);
    /// What was open, into `view` and back; `document` is its id now.
    void saveView(LibraryView& view) const;
    void showView(const LibraryView& view, DocumentId document);
    ReaderPane* pane() const { return first_; }
    ReaderPane* secondPane() const { return second_; }

 signals:
    void failed(const QString& title, const QString& reason);

 private:
    void bring_up();
    ReaderPane* active() const;  ///< the pane with the keyboard, else the first

    QSplitter* splitter_;
    QString question_;  ///< whose words are marked in the first pane
    ReaderPane* first_;
    ReaderPane* second_;
};

}  // namespace corpuscope::ui
