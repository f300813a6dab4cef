// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/models/document_tree_model.h"

#include <QApplication>
#include <QCollator>
#include <QIcon>
#include <QLocale>
#include <algorithm>
#include <functional>

#include "ui/widgets/engine_text.h"
#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/literal_text.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {

using library::DocumentRecord;
using library::DocumentState;

struct DocumentTreeModel::Node {
    Node* parent = nullptr;
    QString name, path;
    bool folder = false;
    DocumentRecord record;
    std::vector<std::unique_ptr<Node>> children;  ///< folders first, each kind by name
    int documents = 0, failed = 0;                ///< at or below, of a folder
    mutable int last_row = 0;

    /// Looks from where the node was last outwards: rows that come and go move it a little at a time, and a
    /// folder may hold tens of thousands.
    int row() const {
        const auto& siblings = parent->children;
        const int count = static_cast<int>(siblings.size());
        const int start = std::min(last_row, count - 1);
        for (int away = 0; away < count; ++away) {
            for (const int row : {start - away, start + away}) {
                if (row >= 0 && row < count && siblings[static_cast<std::size_t>(row)].get() == this)
                    return last_row = row;
            }
        }
        return -1;
    }
};

namespace {

/// Rows that come or go one by one; each asks every view for every row that it remembers. More make the model
/// anew.
constexpr std::size_t kMostRowsMerged = 500;

const QCollator& collator() {
    static const QCollator instance = [] {
        // The C locale knows no order of numbers.
        QCollator made(QLocale().language() == QLocale::C ? QLocale(QLocale::English) : QLocale());
        made.setNumericMode(true);
        made.setCaseSensitivity(Qt::CaseInsensitive);
        return made;
    }();
    return instance;
}

QString common_folder(const std::vector<DocumentRecord>& documents) {
    if (documents.empty()) return {};
    QString common = Format::folder_name(QString::fromStdString(documents.front().path));
    for (const DocumentRecord& record : documents) {
        const QString path = QString::fromStdString(record.path);
        while (!common.isEmpty() && common != QStringLiteral("/") && !path.startsWith(common + u'/')) {
            common = Format::folder_name(common);
        }
    }
    return common;
}

bool shows_the_same(const DocumentRecord& a, const DocumentRecord& b) {
    return a.state == b.state && a.reason == b.reason && a.title == b.title && a.bytes == b.bytes &&
           a.passages == b.passages && a.tokens == b.tokens && a.pages == b.pages && a.sha256 == b.sha256 &&
           a.generation == b.generation && a.warnings == b.warnings && a.format == b.format;
}

int failed_of(const DocumentRecord& record) { return record.state == DocumentState::Failed ? 1 : 0; }

QIcon state_icon(DocumentState state) {
    switch (state) {
        case DocumentState::Pending:
            return own_icon(QStringLiteral("state-pending"), Tone::Muted);
        case DocumentState::Read:
            return own_icon(QStringLiteral("state-read"), Tone::Accent);
        case DocumentState::Ready:
            return own_icon(QStringLiteral("state-ready"), Tone::Good);
        case DocumentState::Failed:
            return own_icon(QStringLiteral("state-failed"), Tone::Bad);
    }
    return {};
}

}  // namespace

DocumentTreeModel::DocumentTreeModel(QObject* parent)
    : QAbstractItemModel(parent), root_(std::make_unique<Node>()) {
    root_->folder = true;
}

DocumentTreeModel::~DocumentTreeModel() = default;

void DocumentTreeModel::setDocuments(const std::vector<DocumentRecord>& documents) {
    const QString root = common_folder(documents);
    if (by_id_.empty() || root != root_->path) {
        rebuild(documents, root);
        return;
    }
    std::unordered_set<std::int64_t> present;
    for (const DocumentRecord& record : documents) present.insert(record.id.value);
    std::vector<Node*> gone;
    for (const auto& [id, node] : by_id_) {
        if (!present.contains(id)) gone.push_back(node);
    }
    if (gone.size() + documents.size() - (by_id_.size() - gone.size()) > kMostRowsMerged) {
        rebuild(documents, root);
        return;
    }
    for (Node* node : gone) erase(node);
    for (const DocumentRecord& record : documents) {
        const auto found = by_id_.find(record.id.value);
        if (found == by_id_.end()) {
            insert(record);
        } else if (found->second->path != QString::fromStdString(record.path)) {
            erase(found->second);
            insert(record);
        } else if (!shows_the_same(found->second->record, record)) {
            Node* node = found->second;
            const int failed = failed_of(record) - failed_of(node->record);
            node->record = record;
            emit dataChanged(index_of(node, Name), index_of(node, State));
            if (failed != 0) update_counts(node->parent, 0, failed);
        }
    }
}

void DocumentTreeModel::setLeaving(const std::vector<DocumentId>& documents) {
    std::unordered_set<std::int64_t> changed;
    for (const DocumentId document : documents) changed.insert(document.value);
    std::swap(leaving_, changed);
    changed.insert(leaving_.begin(), leaving_.end());
    for (const std::int64_t id : changed) {
        const auto found = by_id_.find(id);
        if (found != by_id_.end())
            emit dataChanged(index_of(found->second, Name), index_of(found->second, State));
    }
}

QString DocumentTreeModel::leavingText() { return tr("Leaving"); }

void DocumentTreeModel::rebuild(const std::vector<DocumentRecord>& documents, const QString& root) {
    beginResetModel();
    resetting_ = true;
    by_id_.clear();
    root_ = std::make_unique<Node>();
    root_->folder = true;
    root_->path = root;
    for (const DocumentRecord& record : documents) insert(record);
    resetting_ = false;
    endResetModel();
}

DocumentTreeModel::Node* DocumentTreeModel::folder_for(const QString& path) {
    const QString prefix = root_->path.endsWith(u'/') ? root_->path : root_->path + u'/';
    Node* at = root_.get();
    if (!path.startsWith(prefix)) return at;
    for (const QString& part : path.mid(prefix.size()).split(u'/', Qt::SkipEmptyParts)) {
        auto& children = at->children;
        const auto less = [](const std::unique_ptr<Node>& node, const QString& name) {
            if (!node->folder) return false;
            const int order = collator().compare(node->name, name);
            return order != 0 ? order < 0 : node->name < name;
        };
        auto place = std::lower_bound(children.begin(), children.end(), part, less);
        if (place == children.end() || !(*place)->folder || (*place)->name != part) {
            const int row = static_cast<int>(place - children.begin());
            if (!resetting_) beginInsertRows(index_of(at), row, row);
            auto node = std::make_unique<Node>();
            node->parent = at;
            node->folder = true;
            node->name = part;
            node->last_row = row;
            node->path = at->path.endsWith(u'/') ? at->path + part : at->path + u'/' + part;
            place = children.insert(place, std::move(node));
            if (!resetting_) endInsertRows();
        }
        at = place->get();
    }
    return at;
}

void DocumentTreeModel::insert(const DocumentRecord& record) {
    const QString path = QString::fromStdString(record.path);
    Node* folder = folder_for(Format::folder_name(path));
    auto node = std::make_unique<Node>();
    node->parent = folder;
    node->name = Format::file_name(path);
    node->path = path;
    node->record = record;
    const auto less = [](const std::unique_ptr<Node>& a, const std::unique_ptr<Node>& b) {
        if (a->folder != b->folder) return a->folder;
        const int order = collator().compare(a->name, b->name);
        return order != 0 ? order < 0 : a->name < b->name;
    };
    const auto place = std::lower_bound(folder->children.begin(), folder->children.end(), node, less);
    const int row = static_cast<int>(place - folder->children.begin());
    if (!resetting_) beginInsertRows(index_of(folder), row, row);
    node->last_row = row;
    by_id_[record.id.value] = node.get();
    folder->children.insert(place, std::move(node));
    if (!resetting_) endInsertRows();
    update_counts(folder, 1, failed_of(record));
}

void DocumentTreeModel::erase(Node* node) {
    Node* folder = node->parent;
    const int failed = failed_of(node->record);
    by_id_.erase(node->record.id.value);
    const int row = node->row();
    beginRemoveRows(index_of(folder), row, row);
    folder->children.erase(folder->children.begin() + row);
    endRemoveRows();
    update_counts(folder, -1, -failed);
    while (folder != root_.get() && folder->children.empty()) {
        Node* parent = folder->parent;
        const int empty = folder->row();
        beginRemoveRows(index_of(parent), empty, empty);
        parent->children.erase(parent->children.begin() + empty);
        endRemoveRows();
        folder = parent;
    }
}

void DocumentTreeModel::update_counts(Node* folder, int documents, int failed) {
    for (; folder != nullptr; folder = folder->parent) {
        folder->documents += documents;
        folder->failed += failed;
        if (!resetting_ && folder != root_.get())
            emit dataChanged(index_of(folder, Name), index_of(folder, State));
    }
}

DocumentTreeModel::Node* DocumentTreeModel::node_of(const QModelIndex& index) const {
    return index.isValid() ? static_cast<Node*>(index.internalPointer()) : root_.get();
}

QModelIndex DocumentTreeModel::index_of(const Node* node, int column) const {
    if (node == root_.get()) return {};
    return createIndex(node->row(), column, const_cast<Node*>(node));
}

const DocumentRecord* DocumentTreeModel::record(const QModelIndex& index) const {
    const Node* node = node_of(index);
    return node->folder ? nullptr : &node->record;
}

QModelIndex DocumentTreeModel::indexOf(DocumentId document) const {
    const auto found = by_id_.find(document.value);
    return found == by_id_.end() ? QModelIndex() : index_of(found->second);
}

QModelIndex DocumentTreeModel::indexOf(const QString& path) const {
    const Node* at = root_.get();
    while (at->path != path) {
        const auto next =
            std::find_if(at->children.begin(), at->children.end(), [&](const std::unique_ptr<Node>& child) {
                return child->path == path || (child->folder && path.startsWith(child->path + u'/'));
            });
        if (next == at->children.end()) return {};
        at = next->get();
    }
    return index_of(at);
}

std::vector<DocumentId> DocumentTreeModel::documentsBelow(const QModelIndex& index) const {
    std::vector<DocumentId> ids;
    const std::function<void(const Node&)> gather = [&](const Node& node) {
        if (!node.folder) ids.push_back(node.record.id);
        for (const auto& child : node.children) gather(*child);
    };
    gather(*node_of(index));
    return ids;
}

bool DocumentTreeModel::hasFolders() const {
    return std::any_of(root_->children.begin(), root_->children.end(),
                       [](const auto& child) { return !child->children.empty(); });
}

QString DocumentTreeModel::rootFolder() const { return root_->path; }

QModelIndex DocumentTreeModel::index(int row, int column, const QModelIndex& parent) const {
    if (parent.isValid() && parent.column() != 0) return {};
    const Node* node = node_of(parent);
    if (row < 0 || column < 0 || column >= ColumnCount || row >= static_cast<int>(node->children.size()))
        return {};
    return createIndex(row, column, node->children[static_cast<std::size_t>(row)].get());
}

QModelIndex DocumentTreeModel::parent(const QModelIndex& index) const {
    return index.isValid() ? index_of(node_of(index)->parent) : QModelIndex();
}

int DocumentTreeModel::rowCount(const QModelIndex& parent) const {
    return parent.column() > 0 ? 0 : static_cast<int>(node_of(parent)->children.size());
}

int DocumentTreeModel::columnCount(const QModelIndex&) const { return ColumnCount; }

QVariant DocumentTreeModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Node& node = *node_of(index);
    switch (role) {
        case PathRole:
            return node.path;
        case IdRole:
            return static_cast<qint64>(node.folder ? 0 : node.record.id.value);
        case StateRole:
            return node.folder ? -1 : static_cast<int>(node.record.state);
        case ReasonRole:
            return node.folder ? QString() : engine_text(node.record.reason);
        case SearchRole:
            return node.path.mid(root_->path.size()) + u'\n' + QString::fromStdString(node.record.title);
        case FailedRole:
            return static_cast<qint64>(node.folder ? node.failed : failed_of(node.record));
        default:
            return node.folder ? folder_data(node, index.column(), role)
                               : document_data(node, index.column(), role);
    }
}

QVariant DocumentTreeModel::folder_data(const Node& node, int column, int role) const {
    if (column == Name) {
        if (role == Qt::DisplayRole) return literal(node.name);
        if (role == Qt::DecorationRole) return own_icon(QStringLiteral("folder"), Tone::Muted);
        if (role == Qt::ToolTipRole) return plain_tool_tip(literal(node.path));
    } else if (role == Qt::DisplayRole) {
        return Format::count(node.documents);
    } else if (role == Qt::ToolTipRole) {
        return node.failed > 0 ? tr("%1, %2 of them failed")
                                     .arg(Format::documents(node.documents), Format::count(node.failed))
                               : Format::documents(node.documents);
    }
    return {};
}

QVariant DocumentTreeModel::document_data(const Node& node, int column, int role) const {
    const DocumentRecord& record = node.record;
    if (role == Qt::ToolTipRole) {
        QString tip = literal(node.path);
        if (!record.title.empty()) tip = literal(record.title) + u'\n' + tip;
        if (!record.reason.empty()) tip += u'\n' + tr("Failed: %1").arg(engine_text(record.reason));
        if (isLeaving(record.id)) tip += u'\n' + tr("Is removed as soon as reading is done or stopped");
        return plain_tool_tip(tip);
    }
    const bool leaving = isLeaving(record.id);
    if (leaving && role == Qt::ForegroundRole) return colours_of(QApplication::palette()).muted;
    if (column == Name) {
        if (role == Qt::DisplayRole) return node.name;
        if (role == Qt::DecorationRole) return own_icon(QStringLiteral("text-x-generic"), Tone::Muted);
    } else if (leaving) {
        if (role == Qt::DisplayRole) return leavingText();
        if (role == Qt::DecorationRole) return own_icon(QStringLiteral("edit-delete"), Tone::Muted);
    } else {
        if (role == Qt::DisplayRole) return Format::state(record.state);
        if (role == Qt::DecorationRole) return state_icon(record.state);
    }
    return {};
}

QVariant DocumentTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    return section == Name ? tr("Document") : tr("State");
}

}  // namespace corpuscope::ui
