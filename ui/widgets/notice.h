// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>

class QLabel;

namespace corpuscope::ui {

/// A sentence inside a page that must not be overlooked, on a tinted ground.
class Notice : public QFrame {
    Q_OBJECT
 public:
    explicit Notice(const QString& text, QWidget* parent = nullptr);
    QString text() const;

 protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

 private:
    QLabel* icon_;
    QLabel* label_;
};

}  // namespace corpuscope::ui
