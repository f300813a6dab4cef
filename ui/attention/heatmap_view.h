// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QWidget>
#include <memory>
#include <optional>
#include <vector>

#include "ui/attention/colour_map.h"
#include "ui/attention/heatmap_scale.h"

class QPainter;

namespace corpuscope::ui {

/// A map of attention as a picture: rows are what is being read, columns what it attends to. Cells outside
/// the attention pattern are hatched. Dragging zooms in. Along both axes stands what the visible cells give
/// to and get from one another, themselves left out.
class HeatmapView : public QWidget {
    Q_OBJECT
 public:
    using Map = std::shared_ptr<const attention::AttentionMap>;

    explicit HeatmapView(QWidget* parent = nullptr);

    /// `documents`: name of the document of each cell. The map that was shown becomes one step of undo when
    /// `refine`.
    void setMap(const Map& map, const QStringList& documents, bool refine = false);
    const Map& map() const { return map_; }
    void setLogarithmic(bool on);
    void setDiagonal(bool shown);

    QRect view() const { return view_; }  ///< visible cells: x columns, y rows
    void zoomTo(const QRect& cells);
    bool canUndo() const { return !undo_.empty(); }
    void undo();

    std::optional<QPoint> current() const { return current_; }  ///< x column, y row
    void setCurrent(const QPoint& cell);
    QRectF cellRect(int row, int column) const;  ///< in widget pixels
    QSize minimumSizeHint() const override { return {280, 280}; }
    /// What is to be seen of the map, twice as sharp, with `caption` below it; without the cell that is
    /// pointed at.
    QImage picture(const QString& caption) const;

 signals:
    void hovered(int row, int column);  ///< also by the arrow keys
    void opened(int row, int column);
    void viewChanged();

 protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

 private:
    struct Step {
        Map map;
        QStringList documents;
        QRect view;
    };

    QRectF plot() const;
    int names_width() const;
    bool parts_documents() const;  ///< there is room for lines between the documents
    std::optional<QPoint> cell_at(const QPointF& position) const;
    void update_picture();
    void draw(QPainter& painter) const;
    void draw_focus(QPainter& painter) const;
    void draw_marginals(QPainter& painter) const;
    void draw_documents(QPainter& painter) const;
    void draw_legend(QPainter& painter) const;

    Map map_;
    QStringList documents_;
    QRect view_;
    std::vector<Step> undo_;
    bool logarithmic_ = true, diagonal_ = true;
    HeatmapScale scale_;
    ColourMap colours_;
    QImage picture_;  ///< a pixel a visible cell; transparent outside the pattern
    std::vector<double> row_sums_, column_sums_;
    std::optional<QPoint> current_;
    std::optional<QPointF> press_;
    QRectF band_;
};

}  // namespace corpuscope::ui
