// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.h"
#include "app/commands/command.h"

#ifdef CORPUSCOPE_WITH_WINDOW
#include <QApplication>
#include <iostream>

#include "ui/application.h"
#endif

int main(int argc, char** argv) {
    corpuscope::app::WindowLauncher window;
#ifdef CORPUSCOPE_WITH_WINDOW
    window = [&](const corpuscope::app::WindowArguments& arguments) {
        using namespace corpuscope;
        if (!arguments.screenshots.empty()) qputenv("QT_QPA_PLATFORM", "offscreen");
#ifdef Q_OS_LINUX
        // Qt would abort.
        const bool display = qEnvironmentVariableIsSet("DISPLAY") ||
                             qEnvironmentVariableIsSet("WAYLAND_DISPLAY") ||
                             qEnvironmentVariableIsSet("QT_QPA_PLATFORM");
        if (!display) {
            std::cerr << "corpuscope: there is no display to open a window on; 'corpuscope --help' lists the "
                         "commands, which need none\n";
            return static_cast<int>(app::kFailed);
        }
#endif
        QApplication application(argc, argv);
        const app::WorkerOptions worker{.library = QString::fromStdString(arguments.library),
                                        .model = QString::fromStdString(arguments.model),
                                        .backend = QString::fromStdString(arguments.backend),
                                        .threads = arguments.threads};
        if (!arguments.screenshots.empty())
            return ui::render_screenshots(application, QString::fromStdString(arguments.screenshots), worker,
                                          QString::fromStdString(arguments.question));
        QStringList paths;
        for (const auto& path : arguments.paths) paths.push_back(QString::fromStdString(path));
        return ui::run_window(application, {.worker = worker, .paths = paths});
    };
#endif
    return corpuscope::app::run_command_line(argc, argv, window);
}
