// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>

namespace corpuscope::ui {

/// One line of plain text that is cut with an ellipsis where it does not fit; the tooltip then has all of it.
class ElidedLabel : public QFrame {
    Q_OBJECT
 public:
    explicit ElidedLabel(Qt::TextElideMode mode = Qt::ElideRight, QWidget* parent = nullptr);
    void setText(const QString& text);
    QString text() const { return text_; }
    void setMuted(bool muted);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

 protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

 private:
    void updateTip();

    Qt::TextElideMode mode_;
    bool muted_ = false;
    QString text_;
};

}  // namespace corpuscope::ui
