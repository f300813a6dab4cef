// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <QStringList>

namespace corpuscope::ui {

/// One line of plain text that is cut with an ellipsis where it does not fit; the tooltip then has all of it.
class ElidedLabel : public QFrame {
    Q_OBJECT
 public:
    explicit ElidedLabel(Qt::TextElideMode mode = Qt::ElideRight, QWidget* parent = nullptr);
    void setText(const QString& text);
    /// Ways to say the same, the longest first: the first that fits is shown, and the last is cut.
    void setTexts(const QStringList& texts);
    QString text() const { return texts_.value(0); }
    /// What there is room for.
    QString shownText() const;
    /// What the tooltip says below the text, whether it is cut or not.
    void setDetail(const QString& detail);
    void setMuted(bool muted);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

 protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

 private:
    void updateTip();

    Qt::TextElideMode mode_;
    bool muted_ = false;
    QStringList texts_;
    QString detail_;
};

}  // namespace corpuscope::ui
