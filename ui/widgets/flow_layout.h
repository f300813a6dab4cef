// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLayout>
#include <memory>
#include <vector>

namespace corpuscope::ui {

/// A row of widgets that goes on in further rows where it is too narrow. Each has the width that it asks for,
/// so that a narrow window clips no text.
class FlowLayout : public QLayout {
    Q_OBJECT
 public:
    using QLayout::QLayout;
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override;
    int count() const override { return static_cast<int>(items_.size()); }
    QLayoutItem* itemAt(int index) const override;
    QLayoutItem* takeAt(int index) override;

    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;     ///< in one row
    QSize minimumSize() const override;  ///< in one column
    void setGeometry(const QRect& rect) override;

 private:
    /// Puts the items into `rect` (or only measures) and returns the height that they take.
    int arrange(const QRect& rect, bool measure) const;

    std::vector<std::unique_ptr<QLayoutItem>> items_;
};

}  // namespace corpuscope::ui
