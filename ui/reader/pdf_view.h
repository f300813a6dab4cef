// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractScrollArea>
#include <QImage>
#include <QList>
#include <QPdfDocument>
#include <QPdfPageRenderer>
#include <QPolygonF>

namespace corpuscope::ui {

/// The pages of a PDF, one at a time, drawn on a thread of their own, with words of a citation lit.
class PdfView : public QAbstractScrollArea {
    Q_OBJECT
 public:
    explicit PdfView(QWidget* parent = nullptr);

    /// False: it cannot be shown; errorText() says why.
    bool setFile(const QString& file);
    QString errorText() const { return error_; }
    QString file() const { return file_; }

    /// Shows a page (from 1) with `text` lit.
    void showPage(int page, const QString& text = {});
    int page() const { return page_ + 1; }
    int pages() const { return document_.pageCount(); }
    void zoom(double factor);  ///< times the present size
    void fitWidth();
    /// What is lit, in points of the page from its upper left corner.
    QList<QPolygonF> lit() const { return lit_; }

 signals:
    void pageChanged(int page);

 protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

 private:
    double scale() const;  ///< pixels a point
    QSize page_pixels() const;
    void update_geometry();
    void request_image();
    void centre_on_lit();

    QPdfDocument document_;
    QPdfPageRenderer renderer_;
    QString file_, error_, wanted_;
    int page_ = 0;     ///< from 0
    double zoom_ = 0;  ///< pixels a point; 0: the page is as wide as the view
    QImage image_;
    int image_page_ = -1;
    quint64 request_ = 0;
    QList<QPolygonF> lit_;
};

}  // namespace corpuscope::ui
