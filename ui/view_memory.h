// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

namespace corpuscope::ui {

/// What one was looking at in a library. Documents go by their paths, which outlive a library that is made
/// anew.
struct LibraryView {
    QStringList selected, expanded;  ///< documents and folders
    QString top;                     ///< what stood at the top of the tree
    QString document;                ///< open in the reader; empty: none
    qint64 begin = 0, end = 0;       ///< lit there, bytes of its text
    int page = 0;
    QString question;       ///< whose words are marked there
    qint64 visible = 0;     ///< offset of what stood at the top of the reader
    QStringList questions;  ///< asked last, newest first
};

/// What the window remembers in the user's settings from one run to the next about libraries.
class ViewMemory {
 public:
    /// The library that was open last; empty: none yet.
    static QString library();
    static QStringList recentLibraries();  ///< newest first
    /// The library becomes the newest of these; what was remembered of those that fall out is forgotten.
    static void opened(const QString& library);

    static LibraryView load(const QString& library);
    static void save(const QString& library, const LibraryView& view);
};

}  // namespace corpuscope::ui
