// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/application.h"

#include <QApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

#include "ui/appearance_menu.h"
#include "ui/main_window.h"
#include "ui/widgets/icons.h"

static void load_resources() { Q_INIT_RESOURCE(translations); }

namespace corpuscope::ui {

void load_translations(QApplication& application) {
    load_resources();
    const auto load = [&](const QString& name, const QString& folder) {
        auto* translator = new QTranslator(&application);
        if (translator->load(QLocale(), name, QStringLiteral("_"), folder))
            QApplication::installTranslator(translator);
    };
    load(QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    load(QStringLiteral("corpuscope"), QStringLiteral(":/translations"));
}

int run_window(QApplication& application, const WindowOptions& options) {
    QApplication::setOrganizationName(QStringLiteral("Corpuscope"));
    QApplication::setApplicationName(QStringLiteral("Corpuscope"));
    QApplication::setApplicationVersion(QStringLiteral(CORPUSCOPE_VERSION));
    QApplication::setApplicationDisplayName(QStringLiteral("Corpuscope"));
    QApplication::setDesktopFileName(QStringLiteral("corpuscope"));
    QApplication::setWindowIcon(application_icon());
    load_translations(application);
    AppearanceMenu::applyChosen();
    MainWindow window(options, true);
    window.show();
    window.start();
    return QApplication::exec();
}

}  // namespace corpuscope::ui
