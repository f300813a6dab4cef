// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QMainWindow>

#include "ui/application.h"
#include "ui/panels.h"

class QLineEdit;
class QTabWidget;

namespace corpuscope::ui {

class Banner;
class ElidedLabel;
class HelpDialog;
class MainToolBar;
class WorkerLink;

/// The window: library | pages | reader, the question field above, what the library holds below.
class MainWindow : public QMainWindow {
    Q_OBJECT
 public:
    /// `remember`: geometry, docks and recent libraries are taken from the user's settings and kept there.
    MainWindow(const WindowOptions& options, bool remember, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Opens the library; then adds the paths of the options.
    void start();
    void ask(const QString& question);
    void addPaths(const QStringList& paths);

    const Panels& panels() const { return panels_; }
    app::Worker& worker() { return *worker_; }
    QLineEdit* questionField() const;
    Banner* banner() const { return banner_; }
    QTabWidget* pages() const { return pages_; }

 protected:
    void closeEvent(QCloseEvent* event) override;

 private:
    void make_panels();
    void make_shortcuts();
    void link_tool_bar();
    void link_panels();
    void link_worker();
    void restore();
    void save() const;

    void open_folder();
    void open_files();
    void choose_library();
    void open_library(const QString& file, bool read_only = false);
    void library_opened(const app::LibraryInfo& info);
    void save_view() const;
    void tell_of_waiting(const QString& title);
    void tell_of_removals(const std::vector<DocumentId>& waiting);
    void tell_of_failure(const QString& title, const QString& reason);
    void show_view(const QString& library);
    void find();
    void help();
    void selection_changed();
    void open_document(DocumentId document);
    void show_page(QWidget* page);
    void library_failed(const QString& reason, bool readable);
    void indexing_finished(const indexing::Report& report);
    void show_status(const app::LibraryInfo& info);
    void about();

    WindowOptions options_;
    std::int64_t waiting_ = 0;     ///< documents that are not ready yet
    quint64 removal_message_ = 0;  ///< of the banner; 0: none
    bool remember_;
    std::unique_ptr<app::Worker> worker_;
    Panels panels_;
    WorkerLink* link_ = nullptr;
    Banner* banner_ = nullptr;
    QTabWidget* pages_ = nullptr;
    MainToolBar* tool_bar_;
    ElidedLabel* status_;
    HelpDialog* help_ = nullptr;
    QString library_file_;
};

}  // namespace corpuscope::ui
