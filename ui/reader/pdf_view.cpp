// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/reader/pdf_view.h"

#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/widgets/focus_ring.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {

constexpr int kLargestSide = 8000;  ///< pixels of a drawn page
// Paper is white in light and dark, and so these are the same in both.
constexpr QRgb kLit = 0xffffe066, kFound = 0xffffc9a3;

}  // namespace

PdfView::PdfView(QWidget* parent) : QAbstractScrollArea(parent) {
    setObjectName(QStringLiteral("pdfView"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Page of the document"));
    new FocusRing(this);
    connect(&source_, &PdfSource::opened, this, &PdfView::file_opened);
    connect(&source_, &PdfSource::failed, this, &PdfView::file_failed);
    connect(&source_, &PdfSource::marked, this, &PdfView::page_marked);
    connect(&source_, &PdfSource::drawn, this, &PdfView::page_drawn);
}

void PdfView::open(const QString& file, int page, const QString& citation) {
    if (file == file_ && isOpen()) {
        showPage(page, citation);
        emit opened();
        return;
    }
    const bool under_way = file == file_;
    file_ = file;
    page_ = std::max(0, page - 1);
    citation_ = citation;
    sizes_.clear();
    image_ = {};
    image_page_ = -1;
    marks_ = {};
    if (!under_way) source_.open(file);
}

void PdfView::file_opened(const QString& file, const QList<QSizeF>& sizes) {
    if (file != file_) return;
    if (sizes.isEmpty()) return file_failed(file, tr("the file has no pages"));
    sizes_ = sizes;
    showPage(page_ + 1, citation_);
    emit opened();
}

void PdfView::file_failed(const QString& file, const QString& reason) {
    if (file != file_) return;
    file_.clear();
    emit failed(reason);
}

void PdfView::showPage(int page, const QString& citation) {
    citation_ = citation;
    current_ = -1;
    centre_ = true;
    go_to(page);
}

void PdfView::showFound(int page, int nth) {
    current_ = nth;
    centre_ = true;
    go_to(page);
}

void PdfView::turnTo(int page) {
    if (page < 1 || page > pages() || page == this->page()) return;
    current_ = -1;
    go_to(page);
}

void PdfView::go_to(int page) {
    if (!isOpen()) return;
    const int wanted = std::clamp(page, 1, pages()) - 1;
    const bool other = wanted != page_;
    page_ = wanted;
    if (other) marks_ = {};
    update_geometry();
    if (other) verticalScrollBar()->setValue(0);
    source_.mark(page_, citation_, query_);
    request_image();
    viewport()->update();
    emit pageChanged(page_ + 1);
}

void PdfView::setQuery(const QString& query) {
    if (query == query_) return;
    query_ = query;
    current_ = -1;
    if (isOpen()) source_.mark(page_, citation_, query_);
}

void PdfView::page_marked(int page, const PdfMarks& marks) {
    if (page != page_ || !isOpen()) return;
    marks_ = marks;
    if (std::exchange(centre_, false)) centre_on_marks();
    viewport()->update();
    emit markedPage();
}

void PdfView::page_drawn(int page, const QImage& image) {
    if (page != page_ || !isOpen()) return;
    image_ = image;
    image_page_ = page;
    viewport()->update();
}

void PdfView::zoom(double factor) {
    if (!isOpen()) return;
    const double most = kLargestSide / std::max(1.0, sizes_[page_].height());
    zoom_ = std::clamp(scale() * factor, 0.2, std::clamp(most, 0.2, 6.0));
    update_geometry();
    request_image();
    viewport()->update();
}

void PdfView::fitWidth() {
    zoom_ = 0;
    update_geometry();
    request_image();
    viewport()->update();
}

double PdfView::scale() const {
    if (zoom_ > 0) return zoom_;
    if (!isOpen()) return 1;
    return std::max(0.1, (viewport()->width() - kGrid * 2) / std::max(1.0, sizes_[page_].width()));
}

QSize PdfView::page_pixels() const { return isOpen() ? (sizes_[page_] * scale()).toSize() : QSize(); }

void PdfView::update_geometry() {
    const QSize page = page_pixels() + QSize(kGrid * 2, kGrid * 2);
    const QSize view = viewport()->size();
    horizontalScrollBar()->setRange(0, std::max(0, page.width() - view.width()));
    verticalScrollBar()->setRange(0, std::max(0, page.height() - view.height()));
    horizontalScrollBar()->setPageStep(view.width());
    verticalScrollBar()->setPageStep(view.height());
    verticalScrollBar()->setSingleStep(kGrid * 4);
}

void PdfView::request_image() {
    if (!isOpen()) return;
    QSize pixels = page_pixels() * devicePixelRatioF();
    if (std::max(pixels.width(), pixels.height()) > kLargestSide)
        pixels.scale(kLargestSide, kLargestSide, Qt::KeepAspectRatio);
    source_.draw(page_, pixels);
}

void PdfView::centre_on_marks() {
    const bool of_query = current_ >= 0 && !marks_.found.isEmpty();
    const QList<QPolygonF> marks = of_query ? marks_.found[current_found()] : marks_.citation;
    if (marks.isEmpty()) return;
    const QRectF box = marks.front().boundingRect();
    verticalScrollBar()->setValue(static_cast<int>(box.top() * scale()) + kGrid - viewport()->height() / 3);
    horizontalScrollBar()->setValue(static_cast<int>(box.left() * scale()) - viewport()->width() / 3);
}

qsizetype PdfView::current_found() const { return std::min<qsizetype>(current_, marks_.found.size() - 1); }

void PdfView::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), palette().color(QPalette::Mid));
    const QSize size = page_pixels();
    if (size.isEmpty()) return;
    const int x = std::max(kGrid, (viewport()->width() - size.width()) / 2) - horizontalScrollBar()->value();
    const QRect sheet(QPoint(x, kGrid - verticalScrollBar()->value()), size);
    painter.fillRect(sheet, Qt::white);
    if (image_page_ == page_) {
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.drawImage(sheet, image_);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setCompositionMode(QPainter::CompositionMode_Multiply);
    painter.setPen(Qt::NoPen);
    const auto light = [&](const QList<QPolygonF>& places, QRgb colour) {
        painter.setBrush(QColor(colour));
        for (const QPolygonF& polygon : places) {
            const QRectF box = polygon.boundingRect();
            const QRectF drawn(box.topLeft() * scale() + sheet.topLeft(), box.size() * scale());
            painter.drawRoundedRect(drawn.adjusted(-1, -1, 1, 1), 2, 2);
        }
    };
    for (const auto& place : marks_.found) light(place, kFound);
    light(marks_.citation, kLit);
    if (current_ >= 0 && !marks_.found.isEmpty()) light(marks_.found[current_found()], kLit);
}

void PdfView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    update_geometry();
    if (zoom_ == 0) request_image();
}

void PdfView::wheelEvent(QWheelEvent* event) {
    if (event->modifiers() & Qt::ControlModifier) {
        zoom(event->angleDelta().y() > 0 ? 1.15 : 1 / 1.15);
        event->accept();
        return;
    }
    QAbstractScrollArea::wheelEvent(event);
}

void PdfView::keyPressEvent(QKeyEvent* event) {
    const bool down =
        event->key() == Qt::Key_PageDown && verticalScrollBar()->value() == verticalScrollBar()->maximum();
    const bool up = event->key() == Qt::Key_PageUp && verticalScrollBar()->value() == 0;
    if (down && page() < pages()) {
        turnTo(page() + 1);
    } else if (up && page() > 1) {
        turnTo(page() - 1);
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    } else {
        QAbstractScrollArea::keyPressEvent(event);
    }
}

}  // namespace corpuscope::ui
