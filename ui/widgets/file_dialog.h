// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFileDialog>

namespace corpuscope::ui {

/// A file dialog that opens no file it lists. Qt's own looks into each for its kind, and the system takes all
/// locks of a process from a file that the process closes once: those of SQLite on an open library would be
/// gone, and another process would be free to write between this one's pages.
class FileDialog : public QFileDialog {
    Q_OBJECT
 public:
    FileDialog(QWidget* parent, const QString& title, const QString& start = {}, const QString& filter = {});

    /// What was chosen; empty where the dialog was cancelled.
    static QString folder(QWidget* parent, const QString& title);
    static QStringList files(QWidget* parent, const QString& title);
    /// A file to be written; asks before one is replaced. Of filters such as "Picture (*.png);;Numbers
    /// (*.npz)" the one chosen says the ending of a name that has none.
    static QString save(QWidget* parent, const QString& title, const QString& start,
                        const QString& filter = {});
    /// Where a file goes that one has not said a place for: the user's folder of documents where there is
    /// one, else the nearest that one can write to.
    static QString folderForNewFiles();
};

}  // namespace corpuscope::ui
