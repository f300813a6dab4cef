// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCoreApplication>
#include <QString>

namespace corpuscope::ui {

struct SystemPrograms {
    Q_DECLARE_TR_FUNCTIONS(corpuscope::ui::SystemPrograms)

 public:
    /// Hands a file or folder to the program that the system has for it. Returns why it could not, for
    /// people; empty: some program has it now.
    static QString open(const QString& path);
};

}  // namespace corpuscope::ui
