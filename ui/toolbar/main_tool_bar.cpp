// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/toolbar/main_tool_bar.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QToolButton>

#include "ui/appearance_menu.h"
#include "ui/view_memory.h"
#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/literal_text.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {

MainToolBar::MainToolBar(QWidget* progress, const QList<QAction*>& docks, bool remember, QWidget* parent)
    : QToolBar(tr("Tool bar"), parent), question_(new QLineEdit(this)) {
    setObjectName(QStringLiteral("toolBar"));
    setMovable(false);
    setContextMenuPolicy(Qt::PreventContextMenu);
    prepare_question();
    auto* holder = new QWidget(this);
    auto* row = new QHBoxLayout(holder);
    row->setContentsMargins(kGrid / 2, kGrid / 2, kGrid / 2, kGrid / 2);
    row->setSpacing(kGrid);
    row->addWidget(make_open_button());
    row->addWidget(question_, 1);
    row->addWidget(progress);
    row->addWidget(make_window_button(docks, remember));
    addWidget(holder);
}

QToolButton* MainToolBar::make_open_button() {
    auto* open = new QToolButton(this);
    open->setObjectName(QStringLiteral("openButton"));
    open->setText(tr("Open &folder"));
    open->setIcon(icon(QStringLiteral("folder-open")));
    open->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    open->setPopupMode(QToolButton::MenuButtonPopup);
    open->setMenu(make_open_menu());
    connect(open, &QToolButton::clicked, this, &MainToolBar::openFolderRequested);
    return open;
}

QMenu* MainToolBar::make_open_menu() {
    auto* menu = new QMenu(this);
    menu->addAction(icon(QStringLiteral("folder-open")), tr("Open &folder …"), QKeySequence::Open, this,
                    &MainToolBar::openFolderRequested);
    menu->addAction(icon(QStringLiteral("document-open")), tr("Open fi&les …"), this,
                    &MainToolBar::openFilesRequested);
    menu->addSeparator();
    menu->addAction(icon(QStringLiteral("library-database")), tr("Open or create li&brary …"), this,
                    &MainToolBar::chooseLibraryRequested);
    QMenu* recent = menu->addMenu(tr("Re&cent libraries"));
    connect(recent, &QMenu::aboutToShow, this, [this, recent] { fill_recent(recent); });
    menu->addSeparator();
    menu->addAction(icon(QStringLiteral("view-refresh")), tr("&Read the corpus anew"), this,
                    &MainToolBar::refreshRequested);
    menu->addAction(icon(QStringLiteral("document-export")), tr("&Export vectors …"), this,
                    &MainToolBar::exportRequested);
    return menu;
}

void MainToolBar::prepare_question() {
    question_->setObjectName(QStringLiteral("question"));
    question_->setPlaceholderText(tr("Ask the corpus …   (Ctrl+L)"));
    question_->setAccessibleName(tr("Question to the corpus"));
    question_->setClearButtonEnabled(true);
    question_->setAcceptDrops(false);
    question_->addAction(icon(QStringLiteral("edit-find")), QLineEdit::LeadingPosition);
    question_->setMinimumHeight(question_->fontMetrics().height() + kGrid * 2);
    question_->setMinimumWidth(kGrid * 20);
    connect(question_, &QLineEdit::returnPressed, this, [this] { emit questionAsked(question_->text()); });
}

QToolButton* MainToolBar::make_window_button(const QList<QAction*>& docks, bool remember) {
    auto* menu = new QMenu(this);
    menu->addActions(docks);
    menu->addMenu(new AppearanceMenu(remember, menu));
    menu->addSeparator();
    menu->addAction(tr("&Help"), QKeySequence::HelpContents, this, &MainToolBar::helpRequested);
    menu->addAction(tr("&About Corpuscope"), this, &MainToolBar::aboutRequested);
    menu->addAction(tr("&Quit"), QKeySequence::Quit, this, &MainToolBar::quitRequested);
    auto* button = new QToolButton(this);
    button->setIcon(icon(QStringLiteral("application-menu")));
    button->setAutoRaise(true);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMenu(menu);
    button->setToolTip(tr("Window and program"));
    button->setAccessibleName(button->toolTip());
    return button;
}

void MainToolBar::fill_recent(QMenu* menu) {
    menu->clear();
    const QStringList recent = ViewMemory::recentLibraries();
    for (const QString& file : recent) {
        QAction* action = menu->addAction(without_mnemonic(Format::file_name(file)), this,
                                          [this, file] { emit libraryRequested(file); });
        action->setToolTip(plain_tool_tip(literal(file)));
        action->setEnabled(file != library_);
    }
    menu->setToolTipsVisible(true);
    if (recent.isEmpty()) menu->addAction(tr("None yet"))->setEnabled(false);
}

}  // namespace corpuscope::ui
