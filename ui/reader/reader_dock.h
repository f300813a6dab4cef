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

/// The reader: one document, or two one above the other (both ends of a cell of the attention map).
class ReaderDock : public QDockWidget {
    Q_OBJECT
 public:
    explicit ReaderDock(TextStore& texts, QWidget* parent = nullptr);

    void open(const Place& place, const WordMatcher& words = {});
    void openBoth(const Place& first, const Place& second);
    void clear();
    ReaderPane* pane() const { return first_; }
    ReaderPane* secondPane() const { return second_; }

 private:
    void bring_up();

    QSplitter* splitter_;
    ReaderPane* first_;
    ReaderPane* second_;
};

}  // namespace corpuscope::ui
