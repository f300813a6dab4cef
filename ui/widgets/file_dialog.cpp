// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/file_dialog.h"

#include <QAbstractFileIconProvider>
#include <QDir>
#include <QRegularExpression>
#include <QStandardPaths>

#include "ui/widgets/icons.h"

namespace corpuscope::ui {
namespace {

/// Tells folders from files by what the folder says of them.
class NameOnlyIcons final : public QAbstractFileIconProvider {
 public:
    QIcon icon(IconType type) const override { return type == File ? file_ : folder_; }
    QIcon icon(const QFileInfo& info) const override { return info.isDir() ? folder_ : file_; }
    QString type(const QFileInfo& info) const override {
        return info.isDir()              ? FileDialog::tr("Folder")
               : info.suffix().isEmpty() ? FileDialog::tr("File")
                                         : FileDialog::tr("%1 file").arg(info.suffix());
    }

 private:
    QIcon folder_ = ui::icon(QStringLiteral("folder")), file_ = ui::icon(QStringLiteral("text-x-generic"));
};

/// "png" of "Picture (*.png)".
QString suffix_of(const QString& filter) {
    static const QRegularExpression pattern(QStringLiteral("\\*\\.(\\w+)"));
    return pattern.match(filter).captured(1);
}

}  // namespace

FileDialog::FileDialog(QWidget* parent, const QString& title, const QString& start, const QString& filter)
    : QFileDialog(parent, title, start, filter) {
    static NameOnlyIcons icons;
    // That of the desktop may look into files inside this process, too.
    setOption(QFileDialog::DontUseNativeDialog);
    setIconProvider(&icons);
}

QString FileDialog::folder(QWidget* parent, const QString& title) {
    FileDialog dialog(parent, title);
    dialog.setFileMode(QFileDialog::Directory);
    dialog.setOption(QFileDialog::ShowDirsOnly);
    return dialog.exec() == QDialog::Accepted ? dialog.selectedFiles().constFirst() : QString();
}

QStringList FileDialog::files(QWidget* parent, const QString& title) {
    FileDialog dialog(parent, title);
    dialog.setFileMode(QFileDialog::ExistingFiles);
    return dialog.exec() == QDialog::Accepted ? dialog.selectedFiles() : QStringList();
}

QString FileDialog::save(QWidget* parent, const QString& title, const QString& start, const QString& filter) {
    FileDialog dialog(parent, title, QFileInfo(start).path(), filter);
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.selectFile(QFileInfo(start).fileName());
    const auto follow = [&dialog](const QString& chosen) { dialog.setDefaultSuffix(suffix_of(chosen)); };
    follow(dialog.selectedNameFilter());
    connect(&dialog, &QFileDialog::filterSelected, &dialog, follow);
    return dialog.exec() == QDialog::Accepted ? dialog.selectedFiles().constFirst() : QString();
}

QString FileDialog::folderForNewFiles() {
    for (const QString& folder : {QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation),
                                  QDir::homePath(), QDir::currentPath()}) {
        const QFileInfo info(folder);
        if (info.isDir() && info.isWritable()) return info.absoluteFilePath();
    }
    return QDir::tempPath();
}

}  // namespace corpuscope::ui
