// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The documents of a library as a tree by folder, below the deepest folder that all of them share. A new list
// is merged into the tree row by row, so that selection, expansion and scroll position of views stay; where
// that folder is another one, or hundreds of rows come and go, the model is reset.
#pragma once

#include <QAbstractItemModel>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/library/library.h"

namespace corpuscope::ui {

class DocumentTreeModel : public QAbstractItemModel {
    Q_OBJECT
 public:
    enum Column { Name, State, ColumnCount };
    enum Role {
        PathRole = Qt::UserRole + 1,  ///< QString, of documents and folders
        IdRole,                       ///< qint64, 0 of a folder
        StateRole,                    ///< int of library::DocumentState; of a folder -1
        ReasonRole,                   ///< QString, why a document failed
        FailedRole,                   ///< qint64: failed documents at or below
        SearchRole,                   ///< QString that filters look at: path below the root folder, title
    };

    explicit DocumentTreeModel(QObject* parent = nullptr);
    ~DocumentTreeModel() override;

    void setDocuments(const std::vector<library::DocumentRecord>& documents);
    /// Documents that wait to be removed: they say so and are greyed.
    void setLeaving(const std::vector<DocumentId>& documents);
    bool isLeaving(DocumentId document) const { return leaving_.contains(document.value); }
    static QString leavingText();                                           ///< in place of their state
    const library::DocumentRecord* record(const QModelIndex& index) const;  ///< null for folders
    QModelIndex indexOf(DocumentId document) const;
    QModelIndex indexOf(const QString& path) const;  ///< of a document or folder
    /// The documents at or below an index.
    std::vector<DocumentId> documentsBelow(const QModelIndex& index) const;
    QString rootFolder() const;
    bool hasFolders() const;  ///< below the root folder

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
    struct Node;

    Node* node_of(const QModelIndex& index) const;
    QModelIndex index_of(const Node* node, int column = 0) const;
    void rebuild(const std::vector<library::DocumentRecord>& documents, const QString& root);
    Node* folder_for(const QString& path);
    void insert(const library::DocumentRecord& record);
    void erase(Node* node);
    void update_counts(Node* folder, int documents, int failed);
    QVariant folder_data(const Node& node, int column, int role) const;
    QVariant document_data(const Node& node, int column, int role) const;

    std::unique_ptr<Node> root_;
    std::unordered_map<std::int64_t, Node*> by_id_;
    std::unordered_set<std::int64_t> leaving_;
    bool resetting_ = false;
};

}  // namespace corpuscope::ui
