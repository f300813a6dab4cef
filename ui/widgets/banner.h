// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <functional>
#include <vector>

class QLabel;
class QHBoxLayout;
class QToolButton;

namespace corpuscope::ui {

/// A message above the pages that asks for nothing: it says what happened and why, offers what can be done
/// about it, and goes when it is closed or another takes its place. Never takes the keyboard focus.
class Banner : public QFrame {
    Q_OBJECT
 public:
    enum class Kind { Information, Warning, Error };
    struct Action {
        QString text;
        std::function<void()> run;
    };

    explicit Banner(QWidget* parent = nullptr);
    /// Returns the number of the message.
    quint64 showMessage(Kind kind, const QString& title, const QString& reason,
                        const std::vector<Action>& actions = {});
    /// The message is true no longer; nothing where another has taken its place.
    void withdraw(quint64 message);
    QString text() const;

 protected:
    void changeEvent(QEvent* event) override;

 private:
    void applyColours();

    Kind kind_ = Kind::Information;
    quint64 message_ = 0;  ///< the one shown last
    QLabel* icon_;
    QLabel* label_;
    QHBoxLayout* buttons_;
    QToolButton* close_;
};

}  // namespace corpuscope::ui
