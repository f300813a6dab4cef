// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/flow_layout.h"

#include <QStyle>
#include <QWidget>
#include <algorithm>
#include <utility>

namespace corpuscope::ui {

FlowLayout::~FlowLayout() = default;

void FlowLayout::addItem(QLayoutItem* item) { items_.emplace_back(item); }

QLayoutItem* FlowLayout::itemAt(int index) const {
    return index >= 0 && index < count() ? items_[static_cast<std::size_t>(index)].get() : nullptr;
}

QLayoutItem* FlowLayout::takeAt(int index) {
    if (itemAt(index) == nullptr) return nullptr;
    QLayoutItem* item = items_[static_cast<std::size_t>(index)].release();
    items_.erase(items_.begin() + index);
    return item;
}

int FlowLayout::heightForWidth(int width) const { return arrange({0, 0, width, 0}, true); }

QSize FlowLayout::sizeHint() const {
    QSize size;
    for (const auto& item : items_) {
        if (item->isEmpty()) continue;
        const QSize wanted = item->sizeHint();
        size = {size.width() + (size.isEmpty() ? 0 : spacing()) + wanted.width(),
                std::max(size.height(), wanted.height())};
    }
    const QMargins margins = contentsMargins();
    return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom());
}

QSize FlowLayout::minimumSize() const {
    QSize size;
    for (const auto& item : items_) size = size.expandedTo(item->minimumSize());
    const QMargins margins = contentsMargins();
    return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom());
}

void FlowLayout::setGeometry(const QRect& rect) {
    QLayout::setGeometry(rect);
    arrange(rect, false);
}

int FlowLayout::arrange(const QRect& rect, bool measure) const {
    const QMargins margins = contentsMargins();
    const QRect inside = rect.marginsRemoved(margins);
    int x = inside.left(), y = inside.top();
    std::vector<std::pair<QLayoutItem*, QRect>> row;
    int row_height = 0;
    const auto end_row = [&] {
        for (auto& [item, place] : row) {
            place.moveTop(y + (row_height - place.height()) / 2);
            if (!measure)
                item->setGeometry(QStyle::visualRect(parentWidget()->layoutDirection(), inside, place));
        }
        row.clear();
    };
    for (const auto& item : items_) {
        if (item->isEmpty()) continue;
        const QSize size = item->sizeHint().expandedTo(item->minimumSize());
        if (!row.empty() && x + size.width() > inside.right() + 1) {
            end_row();
            y += row_height + spacing();
            x = inside.left();
            row_height = 0;
        }
        row.emplace_back(item.get(), QRect({x, y}, size));
        x += size.width() + spacing();
        row_height = std::max(row_height, size.height());
    }
    end_row();
    return y + row_height + margins.bottom() - rect.top();
}

}  // namespace corpuscope::ui
