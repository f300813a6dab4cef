// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

namespace corpuscope::ui {

/// A line around a widget that draws none itself (an area that scrolls, a page), shown while the keyboard is
/// in it and came there by a key.
class FocusRing : public QWidget {
    Q_OBJECT
 public:
    /// Belongs to `watched` and lies on top of it.
    explicit FocusRing(QWidget* watched);

 protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace corpuscope::ui
