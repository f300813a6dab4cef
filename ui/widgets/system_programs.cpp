// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/system_programs.h"

#include <QDesktopServices>
#include <QFileInfo>
#include <QUrl>

namespace corpuscope::ui {

QString SystemPrograms::open(const QString& path) {
    // The system's way of opening would take what is not there, too, and fail where nobody sees it.
    if (!QFileInfo::exists(path)) return tr("%1 is no longer there.").arg(path);
    if (!QDesktopServices::openUrl(QUrl::fromLocalFile(path)))
        return tr("The system has no program for it, or cannot start it: %1").arg(path);
    return {};
}

}  // namespace corpuscope::ui
