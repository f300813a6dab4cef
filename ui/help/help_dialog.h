// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>

namespace corpuscope::ui {

/// What the pages are for, and the keys. Stays beside the window while one works.
class HelpDialog : public QDialog {
    Q_OBJECT
 public:
    explicit HelpDialog(QWidget* parent = nullptr);
    /// The same text as HTML.
    static QString html();
};

}  // namespace corpuscope::ui
