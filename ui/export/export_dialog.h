// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>

#include "app/worker/worker.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace corpuscope::ui {

/// Asks which vectors to write where, and stays open to show how that goes. Does not block the window.
class ExportDialog : public QDialog {
    Q_OBJECT
 public:
    explicit ExportDialog(QWidget* parent = nullptr);

    void setCounts(const library::Counts& counts);
    void setJob(app::JobId job);
    void setProgress(app::JobId job, double fraction);
    void setExported(app::JobId job, const exporting::Report& report);
    bool setFailed(app::JobId job, const QString& reason);

    exporting::Options options() const;
    QString file() const;
    void setFile(const QString& file);
    QString message() const;

 signals:
    void cancelRequested(corpuscope::app::JobId job);
    void exportRequested(const QString& file, const corpuscope::exporting::Options& options);

 protected:
    void showEvent(QShowEvent* event) override;

 private:
    void choose();
    void changed();       ///< of the choices: the name follows
    void name_changed();  ///< the format follows its ending
    void show_rows();
    void say(const QString& text);
    void close_or_cancel();
    void set_running(bool running);
    QString suffix() const;

    library::Counts counts_;
    app::JobId job_ = 0;
    bool cancelled_ = false;
    QComboBox *level_, *format_, *element_;
    QLineEdit* path_;
    QPushButton *browse_, *start_, *close_;
    QProgressBar* progress_;
    QLabel* message_;
};

}  // namespace corpuscope::ui
