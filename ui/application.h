// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The two ways into the window: to work in it, and to have every panel drawn to pictures.
#pragma once

#include <QString>
#include <QStringList>

#include "app/worker/worker.h"

class QApplication;

namespace corpuscope::ui {

struct WindowOptions {
    app::WorkerOptions worker;  ///< an empty library: the one that was open last, else the default
    QStringList paths;          ///< folders and files that are added once the library is open
};

/// The texts of Qt and of the window in the language of the user, where there is a translation.
void load_translations(QApplication& application);

/// Shows the main window and runs until it is closed. Returns the exit code.
int run_window(QApplication& application, const WindowOptions& options);

/// Opens the library, fills every panel and writes `DIRECTORY/NAME-light.png` and `NAME-dark.png` of each
/// (1440 x 900). Without `question` one is chosen that the corpus answers. Reports to stderr what could not
/// be drawn; returns the exit code. Leaves the user's settings alone.
int render_screenshots(QApplication& application, const QString& directory, const app::WorkerOptions& options,
                       const QString& question = {});

}  // namespace corpuscope::ui
