// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/reader/pdf_view.h"

#include <QKeyEvent>
#include <QPainter>
#include <QPdfSelection>
#include <QScrollBar>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/reader/pdf_text_finder.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {

constexpr double kLargestSide = 8000;  ///< pixels of a drawn page

QString describe(QPdfDocument::Error error) {
    switch (error) {
        case QPdfDocument::Error::None:
            return {};
        case QPdfDocument::Error::FileNotFound:
            return PdfView::tr("the file is no longer there");
        case QPdfDocument::Error::InvalidFileFormat:
            return PdfView::tr("the file is not a PDF any more");
        case QPdfDocument::Error::IncorrectPassword:
            return PdfView::tr("the file needs a password");
        case QPdfDocument::Error::UnsupportedSecurityScheme:
            return PdfView::tr("its protection is not supported");
        default:
            return PdfView::tr("the file cannot be read");
    }
}

}  // namespace

PdfView::PdfView(QWidget* parent) : QAbstractScrollArea(parent) {
    setObjectName(QStringLiteral("pdfView"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Page of the document"));
    renderer_.setDocument(&document_);
    renderer_.setRenderMode(QPdfPageRenderer::RenderMode::MultiThreaded);
    connect(&renderer_, &QPdfPageRenderer::pageRendered, this,
            [this](int page, QSize, const QImage& image, QPdfDocumentRenderOptions, quint64 request) {
                if (request != request_) return;
                image_ = image;
                image_page_ = page;
                viewport()->update();
            });
}

bool PdfView::setFile(const QString& file) {
    if (file == file_ && error_.isEmpty()) return true;
    file_ = file;
    image_ = {};
    image_page_ = -1;
    lit_.clear();
    error_ = describe(document_.load(file));
    page_ = 0;
    update_geometry();
    return error_.isEmpty();
}

void PdfView::showPage(int page, const QString& text) {
    if (document_.pageCount() == 0) return;
    page_ = std::clamp(page, 1, document_.pageCount()) - 1;
    wanted_ = text;
    lit_.clear();
    if (!text.isEmpty()) {
        if (const auto span = find_on_page(document_.getAllText(page_).text(), text)) {
            lit_ = document_.getSelectionAtIndex(page_, span->begin, span->length).bounds();
        }
    }
    update_geometry();
    request_image();
    centre_on_lit();
    viewport()->update();
    emit pageChanged(page_ + 1);
}

void PdfView::zoom(double factor) {
    const double wide = document_.pageCount() > 0 ? document_.pagePointSize(page_).height() : 800;
    zoom_ = std::clamp(scale() * factor, 0.2, std::min(6.0, kLargestSide / std::max(1.0, wide)));
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
    if (document_.pageCount() == 0) return 1;
    return std::max(0.1, (viewport()->width() - kGrid * 2) / document_.pagePointSize(page_).width());
}

QSize PdfView::page_pixels() const {
    if (document_.pageCount() == 0) return {};
    return (document_.pagePointSize(page_) * scale()).toSize();
}

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
    if (document_.pageCount() == 0) return;
    request_ = renderer_.requestPage(page_, page_pixels() * devicePixelRatioF());
}

void PdfView::centre_on_lit() {
    if (lit_.isEmpty()) {
        verticalScrollBar()->setValue(0);
        return;
    }
    const double y = lit_.front().boundingRect().top() * scale() + kGrid;
    verticalScrollBar()->setValue(static_cast<int>(y) - viewport()->height() / 3);
}

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
    painter.setBrush(QColor(0xff, 0xe0, 0x66));  // paper is white in light and dark
    for (const QPolygonF& polygon : lit_) {
        const QRectF box = polygon.boundingRect();
        painter.drawRoundedRect(
            QRectF(box.topLeft() * scale() + sheet.topLeft(), box.size() * scale()).adjusted(-1, -1, 1, 1), 2,
            2);
    }
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
        showPage(page() + 1, wanted_);
    } else if (up && page() > 1) {
        showPage(page() - 1, wanted_);
    } else {
        QAbstractScrollArea::keyPressEvent(event);
    }
}

}  // namespace corpuscope::ui
