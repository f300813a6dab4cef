// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "ui/models/place.h"
#include "ui/models/text_store.h"
#include "ui/models/word_matcher.h"

class QLabel;
class QStackedWidget;
class QToolButton;

namespace corpuscope::ui {

class ElidedLabel;
class EmptyState;
class MatchStrip;
class PdfView;
class TextView;

/// One document, as its text or (PDF) as its pages, opened at a place.
class ReaderPane : public QWidget {
    Q_OBJECT
 public:
    ReaderPane(TextStore& texts, QWidget* parent = nullptr);

    void open(const Place& place, const WordMatcher& words);
    void clear();
    const Place& place() const { return place_; }
    void setClosable(bool closable);
    TextView* textView() const { return text_view_; }
    PdfView* pdfView() const { return pdf_view_; }
    bool showsPages() const;
    EmptyState* emptyState() const { return empty_; }

 signals:
    void closeRequested();

 private:
    void make_tools();
    void text_ready(DocumentId document);
    void text_failed(DocumentId document, const QString& reason);
    void show_text();
    void show_pages();
    void step(int direction);
    void zoom(double factor);
    void update_tools();
    QToolButton* tool(const QString& icon_name, const QString& tip);

    TextStore& texts_;
    Place place_;
    WordMatcher words_;
    TextStore::Text text_;
    bool prefers_pages_ = true;

    ElidedLabel* title_;
    ElidedLabel* heading_;
    QToolButton* close_;
    QToolButton* as_text_;
    QToolButton* as_pages_;
    QToolButton* previous_;
    QToolButton* next_;
    QToolButton* zoom_out_;
    QToolButton* zoom_in_;
    QToolButton* external_;
    QLabel* where_;
    QStackedWidget* stack_;
    EmptyState* empty_;
    QLabel* message_;
    QWidget* text_page_;
    TextView* text_view_;
    MatchStrip* strip_;
    PdfView* pdf_view_;
};

}  // namespace corpuscope::ui
