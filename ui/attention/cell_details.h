// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTimer>
#include <QWidget>

#include "ui/attention/heatmap_view.h"
#include "ui/models/text_store.h"

class QLabel;

namespace corpuscope::ui {

class ElidedLabel;

/// Both texts of a cell of the map, and its weight. Keeps its height, so that nothing moves while the pointer
/// does.
class CellDetails : public QWidget {
    Q_OBJECT
 public:
    CellDetails(TextStore& texts, QWidget* parent = nullptr);
    void show(const HeatmapView::Map& map, int row, int column, const QString& from, const QString& to);
    void clear();
    QString text() const;

 private:
    void fill();
    QString excerpt(int cell);

    TextStore& texts_;
    HeatmapView::Map map_;
    int row_ = 0, column_ = 0;
    QString from_, to_;
    QLabel *value_, *from_text_, *to_text_;
    ElidedLabel *from_title_, *to_title_;
    QTimer wait_;  ///< texts are asked for once the pointer rests
};

}  // namespace corpuscope::ui
