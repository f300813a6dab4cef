// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QStringList>

class QWidget;

namespace corpuscope::ui {

/// Files and folders that are dropped on any of the widgets watched, or on what is in them. A dock that
/// floats is a window of its own, so that each must be watched beside the main window.
class FileDrop : public QObject {
    Q_OBJECT
 public:
    using QObject::QObject;
    void watch(QWidget* widget);

 signals:
    void dropped(const QStringList& paths);

 protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

}  // namespace corpuscope::ui
