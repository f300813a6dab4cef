// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDockWidget>

#include "app/worker/worker.h"
#include "ui/view_memory.h"

class QLabel;
class QLineEdit;
class QStackedWidget;
class QToolButton;
class QTreeView;

namespace corpuscope::ui {

class DocumentFilterModel;
class DocumentTreeModel;
class EmptyState;

/// The documents of the library as a tree by folder, each with its state; below it what is known of the
/// chosen one.
class LibraryDock : public QDockWidget {
    Q_OBJECT
 public:
    explicit LibraryDock(QWidget* parent = nullptr);

    void setLibrary(const app::LibraryInfo& info);
    void setReadOnly(bool read_only) { read_only_ = read_only; }
    bool isReadOnly() const { return read_only_; }
    /// Documents that wait to be removed.
    void setLeaving(const std::vector<DocumentId>& documents);
    /// Shows the documents that could not be read alone, or all again.
    void showOnlyFailed(bool only);
    /// Selects a document, and shows all of them where the filter hides it.
    void select(DocumentId document);
    /// The same, in a dock that one sees.
    void reveal(DocumentId document);
    /// Selection, folders that are open and scroll position: into `view` and back.
    void saveView(LibraryView& view) const;
    void showView(const LibraryView& view);
    std::vector<DocumentId> selectedDocuments() const;
    QString selectionName() const;  ///< "pragma.html", "12 documents"

    QTreeView* tree() const { return tree_; }
    DocumentTreeModel* documents() const { return documents_; }
    std::int64_t failedDocuments() const { return failed_; }
    EmptyState* noMatch() const { return no_match_; }
    QLineEdit* filterField() const { return filter_; }
    QString details() const;

 signals:
    void openFolderRequested();
    void openRequested(corpuscope::DocumentId document);
    void removeRequested(const std::vector<corpuscope::DocumentId>& documents);
    void summarizeRequested();
    void attentionRequested();
    void selectionChanged();
    void failed(const QString& title, const QString& reason);

 protected:
    void resizeEvent(QResizeEvent* event) override;

 private:
    void lay_out();
    void fit_columns();
    void make_actions();
    void show_menu(const QPoint& position);
    void remove_selected(bool ask_always = false);
    void open_outside(const QString& path);
    void filter_changed();
    void expand_some();
    void show_matches();
    void show_details();
    QModelIndex current() const;                           ///< in documents_
    QModelIndex index_of_path(const QString& path) const;  ///< in filtered_
    QString current_path() const;

    DocumentTreeModel* documents_;
    DocumentFilterModel* filtered_;
    QLineEdit* filter_;
    QToolButton* only_failed_;
    QTreeView* tree_;
    QLabel* details_;
    QStackedWidget* stack_;
    EmptyState* empty_;
    QStackedWidget* list_;  ///< the tree, or that nothing in it matches
    EmptyState* no_match_;
    QList<QAction*> document_actions_, any_actions_;
    QAction* remove_ = nullptr;
    LibraryView before_reset_, before_filter_;
    bool read_only_ = false, filters_ = false, leaving_ = false;
    std::int64_t failed_ = 0;
};

}  // namespace corpuscope::ui
