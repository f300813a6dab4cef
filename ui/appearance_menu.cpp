// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/appearance_menu.h"

#include <QActionGroup>
#include <QSettings>

#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {

const QString kKey = QStringLiteral("appearance");

}  // namespace

AppearanceMenu::AppearanceMenu(bool remember, QWidget* parent) : QMenu(tr("A&ppearance"), parent) {
    auto* group = new QActionGroup(this);
    const int chosen = remember ? QSettings().value(kKey).toInt() : 0;
    const QStringList names{tr("As the &system"), tr("&Light"), tr("&Dark")};
    for (int i = 0; i < names.size(); ++i) {
        QAction* action = addAction(names[i]);
        action->setCheckable(true);
        action->setChecked(i == chosen);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [i, remember] {
            apply(static_cast<Appearance>(i));
            if (remember) QSettings().setValue(kKey, i);
        });
    }
}

void AppearanceMenu::applyChosen() {
    const int chosen = QSettings().value(kKey).toInt();
    if (chosen > 0) apply(static_cast<Appearance>(chosen));
}

}  // namespace corpuscope::ui
