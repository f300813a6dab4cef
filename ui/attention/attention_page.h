// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHash>
#include <QWidget>

#include "app/worker/worker.h"
#include "ui/models/place.h"
#include "ui/models/text_store.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace corpuscope::ui {

class CellDetails;
class EmptyState;
class HeatmapView;

/// What attends to what: pickers, the map, and the texts of the cell under the pointer.
class AttentionPage : public QWidget {
    Q_OBJECT
 public:
    AttentionPage(TextStore& texts, QWidget* parent = nullptr);

    void setLibrary(const app::LibraryInfo& info);
    /// Forgets the map: another library is open.
    void clear();
    /// Documents to look at instead of the whole corpus; several at once or one.
    void setSelection(const std::vector<DocumentId>& documents, const QString& name);
    void setJob(app::JobId job);
    void setProgress(app::JobId job, double fraction);
    void setMap(app::JobId job, const attention::AttentionMap& map);
    /// Whether the job was this page's.
    bool setFailed(app::JobId job, const QString& reason);

    HeatmapView* heatmap() const { return heatmap_; }
    EmptyState* emptyState() const { return empty_; }
    attention::MapRequest request() const;
    /// `selection`: of the documents selected, whatever the picker says.
    void compute(bool selection = false);
    /// Writes what is to be seen of the map, its picture (.png) or its numbers (.npz), to a file on another
    /// thread; `failed` when that fails.
    void saveTo(const QString& file);
    /// What the map shown is of.
    QString caption() const;

 signals:
    void cancelRequested(corpuscope::app::JobId job);
    void mapRequested(const corpuscope::attention::MapRequest& request);
    void placesOpened(const corpuscope::ui::Place& from, const corpuscope::ui::Place& to);
    void openFolderRequested();
    void failed(const QString& title, const QString& reason);

 private:
    void make_pickers();
    void make_tools();
    void lay_out();
    void picked();
    void look_closer();
    void save();
    void view_changed();
    void open_cell(int row, int column);
    Place place_of_cell(int cell) const;
    void fill_branches(const attention::AttentionMap& map);
    std::int64_t items_of(const attention::MapRequest& request) const;
    bool shows_what_is_picked() const;
    std::int64_t tokens_in_scope() const;
    bool is_selected(DocumentId document) const;
    void update_cost();
    void end_job();

    TextStore& texts_;
    app::LibraryInfo info_;
    std::vector<DocumentId> selection_;  ///< in order
    app::JobId job_ = 0;
    bool cancelled_ = false;
    bool closer_ = false;         ///< the job under way refines the map shown
    attention::MapRequest next_;  ///< of the job under way
    /// Of the map shown and those that undo goes back to; the pickers may say something else by now.
    QHash<const attention::AttentionMap*, attention::MapRequest> requests_;

    QComboBox *scope_, *level_, *layer_, *head_, *branch_;
    QPushButton* compute_;
    QLabel* cost_;
    QCheckBox *logarithmic_, *diagonal_;
    QToolButton *undo_, *closer_button_, *save_;
    QProgressBar* progress_;
    QStackedWidget* stack_;
    EmptyState* empty_;
    HeatmapView* heatmap_;
    CellDetails* details_;
};

}  // namespace corpuscope::ui
