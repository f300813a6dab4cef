// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QToolButton;

namespace corpuscope::ui {

/// The field in which one types what to look for in a document, and how often it was found. Return goes to
/// the next place, Shift+Return to the one before, Escape closes.
class FindBar : public QWidget {
    Q_OBJECT
 public:
    explicit FindBar(QWidget* parent = nullptr);

    /// Shows the bar with the keyboard in its field.
    void start();
    void close_bar();
    QLineEdit* field() const { return field_; }
    void setFound(int current, int count);  ///< `current` from 0
    QString text() const;                   ///< "3 of 17"

 signals:
    void queryChanged(const QString& query);
    void stepped(int direction);
    void closed();  ///< while the keyboard was in the field

 protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

 private:
    QLineEdit* field_;
    QLabel* count_;
    QToolButton *previous_, *next_, *close_;
};

}  // namespace corpuscope::ui
