// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace corpuscope::ui {

/// What a page without content shows: what it is for, and the button that does the next thing.
class EmptyState : public QWidget {
    Q_OBJECT
 public:
    EmptyState(const QString& icon_name, const QString& title, const QString& text, const QString& button,
               QWidget* parent = nullptr);
    void setTexts(const QString& title, const QString& text, const QString& button);
    QPushButton* button() const { return button_; }

 signals:
    void actionRequested();

 protected:
    void changeEvent(QEvent* event) override;

 private:
    void applyColours();

    QString icon_name_;
    QLabel* icon_;
    QLabel* title_;
    QLabel* text_;
    QPushButton* button_;
};

}  // namespace corpuscope::ui
