// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QToolBar>

class QLineEdit;
class QMenu;
class QToolButton;

namespace corpuscope::ui {

/// What is always there above the pages: opening, the question, how far reading is, the menu of the window.
class MainToolBar : public QToolBar {
    Q_OBJECT
 public:
    /// `progress` is shown beside the question, `docks` are the menu's switches. `remember`: what is chosen
    /// of the appearance is kept in the user's settings.
    MainToolBar(QWidget* progress, const QList<QAction*>& docks, bool remember, QWidget* parent);

    QLineEdit* questionField() const { return question_; }
    /// The library that is open: choosing it again from the recent ones makes no sense.
    void setLibrary(const QString& file) { library_ = file; }

 signals:
    void openFolderRequested();
    void openFilesRequested();
    void chooseLibraryRequested();
    void libraryRequested(const QString& file);
    void refreshRequested();
    void exportRequested();
    void questionAsked(const QString& question);
    void helpRequested();
    void aboutRequested();
    void quitRequested();

 private:
    QToolButton* make_open_button();
    QMenu* make_open_menu();
    QToolButton* make_window_button(const QList<QAction*>& docks, bool remember);
    void prepare_question();
    void fill_recent(QMenu* menu);

    QLineEdit* question_;
    QString library_;
};

}  // namespace corpuscope::ui
