// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTimer>
#include <QWidget>
#include <optional>

#include "ui/models/place.h"
#include "ui/models/text_store.h"
#include "ui/models/word_matcher.h"

class QLabel;
class QStackedWidget;
class QToolButton;

namespace corpuscope::ui {

class ElidedLabel;
class DocumentFinder;
class EmptyState;
class FindBar;
class MatchStrip;
class PdfView;
class TextView;

/// One document, as its text or (PDF) as its pages, opened at a place.
class ReaderPane : public QWidget {
    Q_OBJECT
 public:
    ReaderPane(TextStore& texts, QWidget* parent = nullptr);

    void open(const Place& place, const WordMatcher& words);
    /// As it was left: `visible` stands at the top of the text, or `page` is shown.
    void restore(const Place& place, const WordMatcher& words, std::int64_t visible);
    void clear();
    const Place& place() const { return place_; }
    int page() const;              ///< shown; 0 where it is no page
    std::int64_t visible() const;  ///< offset of what stands at the top of the text
    void setClosable(bool closable);
    TextView* textView() const { return text_view_; }
    PdfView* pdfView() const { return pdf_view_; }
    bool showsPages() const;
    EmptyState* emptyState() const { return empty_; }
    bool hasDocument() const { return place_.document.value != 0; }
    /// Opens the search in the document.
    void find();
    /// To the next (1) or previous (-1) place of the search, else match or page.
    void step(int direction);
    FindBar* findBar() const { return find_bar_; }
    /// What is said instead of the document while it is being opened, or because it cannot be.
    QString message() const;

 signals:
    void closeRequested();
    void failed(const QString& title, const QString& reason);

 private:
    void make_tools();
    void text_ready(DocumentId document);
    void text_failed(DocumentId document, const QString& reason);
    void show_loaded();
    void show_text();
    void show_pages();
    void pages_opened();
    void pages_failed(const QString& reason);
    void say_opening();
    void open_outside();
    void say(const QString& text);
    void set_heading(const QString& heading);
    void connect_search();
    void show_found();
    void turn(int direction);
    void zoom(double factor);
    void update_tools();
    QToolButton* tool(const QString& icon_name, const QString& tip);

    TextStore& texts_;
    Place place_;
    WordMatcher words_;
    TextStore::Text text_;
    std::optional<std::int64_t> restored_;  ///< what is to stand at the top once the text is shown
    bool prefers_pages_ = true;
    QTimer opening_;  ///< runs until something is there to show, or it takes long enough to say so

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
    FindBar* find_bar_;
    DocumentFinder* finder_;
};

}  // namespace corpuscope::ui
