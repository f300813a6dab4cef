// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractScrollArea>
#include <QImage>
#include <QList>
#include <QPolygonF>
#include <QSizeF>

#include "ui/reader/pdf_source.h"

namespace corpuscope::ui {

/// The pages of a PDF, one at a time, opened and drawn on a thread of their own, with words of a citation
/// and of a search lit.
class PdfView : public QAbstractScrollArea {
    Q_OBJECT
 public:
    explicit PdfView(QWidget* parent = nullptr);

    /// Shows a page (from 1) of the file with `citation` lit, at once where the file is open, else after
    /// `opened`. It may also end in `failed`.
    void open(const QString& file, int page, const QString& citation = {});
    bool isOpen() const { return !sizes_.isEmpty(); }

    void showPage(int page, const QString& citation = {});
    /// Another page with the same words lit, from its top.
    void turnTo(int page);
    /// Lights all places of `query` on the pages too.
    void setQuery(const QString& query);
    /// Goes to a place of the query: the `nth` (from 0) of that page.
    void showFound(int page, int nth);
    int page() const { return page_ + 1; }
    int pages() const { return static_cast<int>(sizes_.size()); }
    void zoom(double factor);  ///< times the present size
    void fitWidth();
    /// What is lit, in points of the page from its upper left corner.
    QList<QPolygonF> lit() const { return marks_.citation; }
    QList<QList<QPolygonF>> found() const { return marks_.found; }

 signals:
    void opened();
    void failed(const QString& reason);
    void pageChanged(int page);
    void markedPage();  ///< lit() and found() are those of the page

 protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

 private:
    void file_opened(const QString& file, const QList<QSizeF>& sizes);
    void file_failed(const QString& file, const QString& reason);
    void page_marked(int page, const PdfMarks& marks);
    void page_drawn(int page, const QImage& image);
    void go_to(int page);
    double scale() const;  ///< pixels a point
    QSize page_pixels() const;
    void update_geometry();
    void request_image();
    void centre_on_marks();
    qsizetype current_found() const;

    PdfSource source_;
    QString file_, citation_, query_;
    QList<QSizeF> sizes_;  ///< of the pages, in points; empty: no file is open
    int page_ = 0;         ///< from 0
    double zoom_ = 0;      ///< pixels a point; 0: the page is as wide as the view
    QImage image_;
    int image_page_ = -1;
    PdfMarks marks_;
    int current_ = -1;     ///< of marks_.found; -1: the citation counts
    bool centre_ = false;  ///< on what is marked next
};

}  // namespace corpuscope::ui
