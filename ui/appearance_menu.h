// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QMenu>

namespace corpuscope::ui {

/// Light, dark or as the system has it. With `remember` the choice is kept in the user's settings.
class AppearanceMenu : public QMenu {
    Q_OBJECT
 public:
    AppearanceMenu(bool remember, QWidget* parent);
    /// Applies what was chosen in an earlier run.
    static void applyChosen();
};

}  // namespace corpuscope::ui
