// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/attention/heatmap_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/widgets/format.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {

constexpr int kMarginal = kGrid * 5;                             ///< thickness of the sums along an axis
constexpr int kLeastNames = kGrid * 8, kMostNames = kGrid * 15;  ///< width of the documents' names
constexpr int kLeastBetweenLines = kGrid;  ///< on average; lines any closer would cover the map
constexpr int kLegend = kGrid * 6;         ///< height of the legend
constexpr int kLeastLegend = kGrid * 22;   ///< width of its bar that leaves room for three numbers

}  // namespace

HeatmapView::HeatmapView(QWidget* parent) : QWidget(parent), colours_(is_dark(palette())) {
    setObjectName(QStringLiteral("heatmap"));
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Map of attention"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void HeatmapView::setMap(const Map& map, const QStringList& documents, bool refine) {
    if (refine && map_) {
        undo_.push_back({map_, documents_, view_});
    } else {
        undo_.clear();
    }
    map_ = map;
    documents_ = documents;
    const int cells = map ? static_cast<int>(map->cells.size()) : 0;
    view_ = QRect(0, 0, cells, cells);
    current_.reset();
    update_picture();
    emit viewChanged();
}

void HeatmapView::setLogarithmic(bool on) {
    logarithmic_ = on;
    update_picture();
}

void HeatmapView::setDiagonal(bool shown) {
    diagonal_ = shown;
    update_picture();
}

void HeatmapView::zoomTo(const QRect& cells) {
    const QRect inside = cells.intersected(view_);
    if (inside.isEmpty() || inside == view_) return;
    undo_.push_back({map_, documents_, view_});
    view_ = inside;
    current_.reset();
    update_picture();
    emit viewChanged();
}

void HeatmapView::undo() {
    if (undo_.empty()) return;
    map_ = undo_.back().map;
    documents_ = undo_.back().documents;
    view_ = undo_.back().view;
    undo_.pop_back();
    current_.reset();
    update_picture();
    emit viewChanged();
}

void HeatmapView::update_picture() {
    row_sums_.assign(static_cast<std::size_t>(std::max(0, view_.height())), 0);
    column_sums_.assign(static_cast<std::size_t>(std::max(0, view_.width())), 0);
    picture_ = {};
    if (map_ && !view_.isEmpty()) {
        scale_ = HeatmapScale::of(*map_, view_, logarithmic_, diagonal_);
        picture_ = QImage(view_.size(), QImage::Format_ARGB32_Premultiplied);
        for (int y = 0; y < view_.height(); ++y) {
            auto* line = reinterpret_cast<QRgb*>(picture_.scanLine(y));
            for (int x = 0; x < view_.width(); ++x) {
                const int row = view_.top() + y, column = view_.left() + x;
                const float weight = weight_at(*map_, row, column);
                const bool outside = std::isnan(weight);
                const bool left_out = !diagonal_ && row == column;
                line[x] =
                    outside ? qRgba(0, 0, 0, 0) : colours_.colour(left_out ? 0 : scale_.position(weight));
                if (outside || row == column) continue;
                row_sums_[static_cast<std::size_t>(y)] += weight;
                column_sums_[static_cast<std::size_t>(x)] += weight;
            }
        }
    }
    update();
}

int HeatmapView::names_width() const { return std::clamp(width() / 5, kLeastNames, kMostNames); }

QRectF HeatmapView::plot() const {
    const int left = names_width() + kMarginal + kGrid, top = kMarginal + kGrid;
    const double side = std::max(16, std::min(width() - left - kGrid, height() - top - kLegend));
    const double extra = std::max(0.0, (width() - left - kGrid - side) / 2 - names_width() / 2.0);
    if (view_.isEmpty()) return {left + extra, double(top), side, side};
    const double aspect = double(view_.width()) / view_.height();
    const QSizeF size = aspect >= 1 ? QSizeF(side, std::max(32.0, side / aspect))
                                    : QSizeF(std::max(32.0, side * aspect), side);
    return {QPointF(std::floor(left + extra), top), size};
}

QRectF HeatmapView::cellRect(int row, int column) const {
    const QRectF area = plot();
    const double w = area.width() / view_.width(), h = area.height() / view_.height();
    return {area.left() + (column - view_.left()) * w, area.top() + (row - view_.top()) * h, w, h};
}

std::optional<QPoint> HeatmapView::cell_at(const QPointF& position) const {
    const QRectF area = plot();
    if (!map_ || view_.isEmpty() || !area.contains(position)) return {};
    const int x = static_cast<int>((position.x() - area.left()) / area.width() * view_.width());
    const int y = static_cast<int>((position.y() - area.top()) / area.height() * view_.height());
    return QPoint(view_.left() + std::min(x, view_.width() - 1),
                  view_.top() + std::min(y, view_.height() - 1));
}

void HeatmapView::draw(QPainter& painter) const {
    const QRectF area = plot();
    const QColor ground = palette().color(QPalette::Base);
    painter.fillRect(area, ground);
    painter.setBrushOrigin(area.topLeft());
    painter.fillRect(area, QBrush(mix(ground, palette().color(QPalette::Text), 0.35), Qt::BDiagPattern));
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.drawImage(area, picture_);
    draw_documents(painter);
    draw_marginals(painter);
    draw_legend(painter);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(mix(ground, palette().color(QPalette::Text), 0.4));
    painter.drawRect(area);
}

void HeatmapView::draw_focus(QPainter& painter) const {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colours_of(palette()).accent, 2));
    painter.drawRect(plot().adjusted(-1, -1, 1, 1));
}

QImage HeatmapView::picture(const QString& caption) const {
    constexpr double kSharpness = 2;
    const int line = fontMetrics().height() + kGrid * 2;
    const QSize whole = size() + QSize(0, line);
    QImage image(whole * kSharpness, QImage::Format_RGB32);
    image.setDevicePixelRatio(kSharpness);
    image.fill(palette().color(QPalette::Window));
    QPainter painter(&image);
    painter.setFont(font());
    if (map_ && !view_.isEmpty()) draw(painter);
    painter.setPen(palette().color(QPalette::WindowText));
    const QRect below(kGrid * 2, height(), width() - kGrid * 4, fontMetrics().height());
    painter.setFont(font());
    painter.drawText(below, Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(caption, Qt::ElideRight, below.width()));
    return image;
}

void HeatmapView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (!map_ || view_.isEmpty()) return;
    draw(painter);
    const QColor ground = palette().color(QPalette::Base);
    if (hasFocus()) draw_focus(painter);
    painter.setBrush(Qt::NoBrush);
    if (current_ && view_.contains(*current_)) {
        const QRectF cell = cellRect(current_->y(), current_->x());
        painter.setPen(QPen(palette().color(QPalette::Text), 1));
        painter.drawRect(cell.adjusted(-2, -2, 2, 2));
        painter.setPen(QPen(ground, 1));
        painter.drawRect(cell.adjusted(-1, -1, 1, 1));
    }
    if (!band_.isEmpty()) {
        const QColor accent = colours_of(palette()).accent;
        painter.setPen(QPen(accent, 1, Qt::DashLine));
        painter.setBrush(QColor(accent.red(), accent.green(), accent.blue(), 40));
        painter.drawRect(band_);
    }
}

void HeatmapView::draw_marginals(QPainter& painter) const {
    const QRectF area = plot();
    const Colours colours = colours_of(palette());
    const QColor bar = mix(palette().color(QPalette::Window), colours.accent, 0.75);
    const auto largest = [](const std::vector<double>& sums) {
        return std::max(1e-12, *std::max_element(sums.begin(), sums.end()));
    };
    const double rows = largest(row_sums_), columns = largest(column_sums_);
    for (std::size_t y = 0; y < row_sums_.size(); ++y) {
        const double length = row_sums_[y] / rows * (kMarginal - 4);
        const double h = area.height() / view_.height();
        painter.fillRect(QRectF(area.left() - 4 - length, area.top() + static_cast<double>(y) * h, length,
                                std::max(1.0, h - (h > 4 ? 1 : 0))),
                         bar);
    }
    for (std::size_t x = 0; x < column_sums_.size(); ++x) {
        const double length = column_sums_[x] / columns * (kMarginal - 4);
        const double w = area.width() / view_.width();
        painter.fillRect(QRectF(area.left() + static_cast<double>(x) * w, area.top() - 4 - length,
                                std::max(1.0, w - (w > 4 ? 1 : 0)), length),
                         bar);
    }
}

bool HeatmapView::parts_documents() const {
    int rows = 1, columns = 1;
    for (int row = view_.top() + 1; row <= view_.bottom(); ++row)
        rows += documents_.value(row) != documents_.value(row - 1) ? 1 : 0;
    for (int column = view_.left() + 1; column <= view_.right(); ++column)
        columns += documents_.value(column) != documents_.value(column - 1) ? 1 : 0;
    return plot().height() / rows >= kLeastBetweenLines && plot().width() / columns >= kLeastBetweenLines;
}

void HeatmapView::draw_documents(QPainter& painter) const {
    const QRectF area = plot();
    const bool lines = parts_documents();
    const QFont small = scaled_font(font(), 0.85);
    painter.setFont(small);
    const QFontMetricsF metrics(small);
    const QColor text = palette().color(QPalette::WindowText);
    const QColor line = QColor(text.red(), text.green(), text.blue(), 70);
    const double names_right = area.left() - kMarginal - kGrid / 2.0;
    double free_from = area.top() - metrics.height();
    for (int row = view_.top(); row <= view_.bottom();) {
        int end = row + 1;
        while (end <= view_.bottom() && documents_.value(end) == documents_.value(row)) ++end;
        const QRectF first = cellRect(row, view_.left()), last = cellRect(end - 1, view_.left());
        const double middle = (first.top() + last.bottom()) / 2;
        if (lines && row > view_.top()) {
            painter.setPen(line);
            painter.drawLine(QPointF(area.left(), first.top()), QPointF(area.right(), first.top()));
        }
        if (middle - metrics.height() / 2 >= free_from) {
            const QRectF box(names_right - names_width(), middle - metrics.height() / 2, names_width() - 4,
                             metrics.height());
            painter.setPen(text);
            painter.drawText(box, Qt::AlignRight | Qt::AlignVCenter,
                             metrics.elidedText(documents_.value(row), Qt::ElideMiddle, box.width()));
            free_from = box.bottom();
        }
        row = end;
    }
    if (!lines) return;
    painter.setPen(line);
    for (int column = view_.left() + 1; column <= view_.right(); ++column) {
        if (documents_.value(column) == documents_.value(column - 1)) continue;
        const double x = cellRect(view_.top(), column).left();
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    }
}

void HeatmapView::draw_legend(QPainter& painter) const {
    const QRectF area = plot();
    const QColor text = palette().color(QPalette::WindowText);
    const QFont small = scaled_font(font(), 0.85);
    const QFontMetricsF metrics(small);
    painter.setFont(small);
    const QString hatch_text = tr("outside the pattern");
    const double hatch_width = metrics.horizontalAdvance(hatch_text) + kGrid * 4;
    // Under the map; in a narrow window further to the left, so that all of its texts have room.
    const double left = std::clamp(this->width() - hatch_width - kLeastLegend - kGrid * 3.0, kGrid * 2.0,
                                   std::max(kGrid * 2.0, area.left()));
    const double width = std::clamp(this->width() - left - hatch_width - kGrid * 3.0, 80.0, 260.0);
    const QRectF bar(left, area.bottom() + kGrid, width, kGrid * 1.5);
    for (int x = 0; x < static_cast<int>(width); ++x) {
        painter.fillRect(QRectF(bar.left() + x, bar.top(), 1.5, bar.height()),
                         QColor(colours_.colour(x / (width - 1))));
    }
    painter.setPen(text);
    const QRectF labels(bar.left(), bar.bottom() + 1, bar.width(), metrics.height() + 2);
    painter.drawText(labels, Qt::AlignLeft, Format::share(scale_.weight(0)));
    painter.drawText(labels, Qt::AlignHCenter, Format::share(scale_.weight(0.5)));
    painter.drawText(labels, Qt::AlignRight, Format::share(scale_.weight(1)));
    const QRectF hatch(bar.right() + kGrid * 2, bar.top(), kGrid * 1.5, kGrid * 1.5);
    painter.fillRect(hatch, palette().color(QPalette::Base));
    painter.fillRect(hatch, QBrush(mix(palette().color(QPalette::Base), text, 0.35), Qt::BDiagPattern));
    painter.drawRect(hatch);
    painter.drawText(QRectF(hatch.right() + kGrid, bar.top() - 2, hatch_width, bar.height() + 4),
                     Qt::AlignVCenter | Qt::AlignLeft, hatch_text);
}

void HeatmapView::setCurrent(const QPoint& cell) {
    if (current_ == cell) return;
    current_ = cell;
    update();
    emit hovered(cell.y(), cell.x());
}

void HeatmapView::mouseMoveEvent(QMouseEvent* event) {
    if (press_ && (event->buttons() & Qt::LeftButton)) {
        const QRectF band = QRectF(*press_, event->position()).normalized();
        if (band.width() > 6 || band.height() > 6) band_ = band.intersected(plot());
        update();
        return;
    }
    const auto cell = cell_at(event->position());
    setCursor(cell ? Qt::CrossCursor : Qt::ArrowCursor);
    if (cell) setCurrent(*cell);
}

void HeatmapView::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && cell_at(event->position())) press_ = event->position();
}

void HeatmapView::mouseReleaseEvent(QMouseEvent* event) {
    if (!press_ || event->button() != Qt::LeftButton) return;
    press_.reset();
    if (band_.isEmpty()) {
        if (const auto cell = cell_at(event->position())) {
            setCurrent(*cell);
            emit opened(cell->y(), cell->x());
        }
        return;
    }
    const auto first = cell_at(band_.topLeft() + QPointF(0.5, 0.5)),
               last = cell_at(band_.bottomRight() - QPointF(0.5, 0.5));
    band_ = {};
    if (first && last) zoomTo(QRect(*first, *last));
    update();
}

void HeatmapView::keyPressEvent(QKeyEvent* event) {
    if (!map_ || view_.isEmpty()) return QWidget::keyPressEvent(event);
    QPoint cell = current_.value_or(view_.topLeft());
    switch (event->key()) {
        case Qt::Key_Left:
            cell.rx() -= 1;
            break;
        case Qt::Key_Right:
            cell.rx() += 1;
            break;
        case Qt::Key_Up:
            cell.ry() -= 1;
            break;
        case Qt::Key_Down:
            cell.ry() += 1;
            break;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (current_) emit opened(current_->y(), current_->x());
            return;
        case Qt::Key_Plus: {
            QRect half(0, 0, std::max(1, view_.width() / 2), std::max(1, view_.height() / 2));
            half.moveCenter(cell);
            zoomTo(half);
            return;
        }
        case Qt::Key_Minus:
        case Qt::Key_Backspace:
            undo();
            return;
        default:
            return QWidget::keyPressEvent(event);
    }
    setCurrent({std::clamp(cell.x(), view_.left(), view_.right()),
                std::clamp(cell.y(), view_.top(), view_.bottom())});
}

void HeatmapView::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    // The arrow keys go on from a cell that one sees.
    if (event->reason() != Qt::MouseFocusReason && map_ && !view_.isEmpty() && !current_)
        setCurrent(view_.topLeft());
    update();
}

void HeatmapView::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

void HeatmapView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) {
        colours_ = ColourMap(is_dark(palette()));
        update_picture();
    }
    QWidget::changeEvent(event);
}

}  // namespace corpuscope::ui
