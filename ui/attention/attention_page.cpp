// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/attention/attention_page.h"

#include <QBuffer>
#include <QCheckBox>
#include <QComboBox>
#include <QFileInfo>
#include <QFutureWatcher>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <QtConcurrentRun>
#include <algorithm>
#include <stdexcept>

#include "engine/export/atomic_file.h"
#include "ui/attention/cell_details.h"
#include "ui/attention/heatmap_view.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/engine_text.h"
#include "ui/widgets/file_dialog.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {

using Level = attention::MapRequest::Level;

constexpr int kScopeCharacters = 10;  ///< of the picker of documents

enum Scope { WholeCorpus, Selection };

constexpr std::int64_t kSpecialTokens = 2;  ///< [CLS] and [SEP], which a map of tokens shows too

void write_picture(const QImage& image, const QString& file) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!image.save(&buffer, "PNG"))
        throw std::runtime_error(file.toStdString() + ": the picture cannot be written");
    exporting::AtomicFile out(file.toStdString());
    out.write(std::string_view(bytes.data(), static_cast<std::size_t>(bytes.size())));
    out.commit();
}

}  // namespace

AttentionPage::AttentionPage(TextStore& texts, QWidget* parent)
    : QWidget(parent),
      texts_(texts),
      progress_(new QProgressBar(this)),
      stack_(new QStackedWidget(this)),
      empty_(new EmptyState(QStringLiteral("view-attention"), tr("No map yet"), {}, tr("Compute the map"),
                            this)),
      heatmap_(new HeatmapView(this)),
      details_(new CellDetails(texts, this)) {
    make_pickers();
    make_tools();
    lay_out();
    connect(empty_, &EmptyState::actionRequested, this, [this] {
        if (info_.counts.ready > 0) {
            compute();
        } else {
            emit openFolderRequested();
        }
    });
    connect(heatmap_, &HeatmapView::hovered, this, [this](int row, int column) {
        details_->show(heatmap_->map(), row, column, Format::file_name(place_of_cell(row).path),
                       Format::file_name(place_of_cell(column).path));
    });
    connect(heatmap_, &HeatmapView::opened, this, &AttentionPage::open_cell);
    connect(heatmap_, &HeatmapView::viewChanged, this, &AttentionPage::view_changed);
    view_changed();
    setLibrary({});
}

void AttentionPage::make_pickers() {
    const auto combo = [this](const QString& name) {
        auto* box = new QComboBox(this);
        box->setAccessibleName(name);
        box->setToolTip(name);
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        connect(box, &QComboBox::activated, this, &AttentionPage::picked);
        return box;
    };
    scope_ = combo(tr("Documents"));
    scope_->addItem(tr("Whole corpus"));
    // A long name of a document must not push the other pickers out.
    scope_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    scope_->setMinimumContentsLength(kScopeCharacters);
    level_ = combo(tr("Level"));
    level_->addItem(tr("Documents"), static_cast<int>(Level::Document));
    level_->addItem(tr("Passages"), static_cast<int>(Level::Passage));
    level_->addItem(tr("Tokens"), static_cast<int>(Level::Token));
    level_->setCurrentIndex(1);
    layer_ = combo(tr("Layer"));
    head_ = combo(tr("Head"));
    branch_ = combo(tr("Branch"));
    branch_->addItem(tr("All branches"), attention::kAll);
    compute_ = new QPushButton(tr("&Compute"), this);
    compute_->setAutoDefault(false);
    connect(compute_, &QPushButton::clicked, this, [this] {
        if (job_ == 0) {
            compute();
        } else {
            cancelled_ = true;
            emit cancelRequested(job_);
        }
    });
    // Wide enough for both of its texts, so that nothing moves.
    const QString name = compute_->text();
    compute_->setText(tr("Sto&p"));
    const int stop_width = compute_->sizeHint().width();
    compute_->setText(name);
    compute_->setMinimumWidth(std::max(stop_width, compute_->sizeHint().width()));
    cost_ = new QLabel(this);
    cost_->setTextFormat(Qt::PlainText);
}

void AttentionPage::make_tools() {
    logarithmic_ = new QCheckBox(tr("Logarithmic colours"), this);
    logarithmic_->setChecked(true);
    diagonal_ = new QCheckBox(tr("Diagonal"), this);
    diagonal_->setChecked(true);
    diagonal_->setToolTip(tr("What each text pays to itself"));
    connect(logarithmic_, &QCheckBox::toggled, heatmap_, &HeatmapView::setLogarithmic);
    connect(diagonal_, &QCheckBox::toggled, heatmap_, &HeatmapView::setDiagonal);
    const auto button = [this](const QString& name, const QString& text, const QString& tip) {
        auto* made = new QToolButton(this);
        made->setIcon(icon(name));
        made->setText(text);
        made->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        made->setAutoRaise(true);
        made->setToolTip(tip);
        return made;
    };
    undo_ = button(QStringLiteral("edit-undo"), tr("Undo zoom"), tr("Back to the view before (Backspace)"));
    closer_button_ = button(QStringLiteral("zoom-in"), tr("Finer"),
                            tr("Compute what is visible with more rows and columns"));
    save_ = button(QStringLiteral("document-save"), tr("Save …"),
                   tr("Save what is seen, as a picture (PNG) or as numbers (NPZ)"));
    connect(undo_, &QToolButton::clicked, heatmap_, &HeatmapView::undo);
    connect(closer_button_, &QToolButton::clicked, this, &AttentionPage::look_closer);
    connect(save_, &QToolButton::clicked, this, &AttentionPage::save);
    progress_->setRange(0, 1000);
    progress_->setTextVisible(false);
    progress_->setFixedHeight(kGrid / 2);
    QSizePolicy keep = progress_->sizePolicy();
    keep.setRetainSizeWhenHidden(true);
    progress_->setSizePolicy(keep);
    progress_->hide();
}

void AttentionPage::lay_out() {
    auto* pickers = new FlowLayout;
    pickers->setContentsMargins(kGrid * 2, kGrid * 2, kGrid * 2, 0);
    pickers->setSpacing(kGrid);
    for (QComboBox* box : {scope_, level_, layer_, head_, branch_}) pickers->addWidget(box);
    pickers->addWidget(compute_);
    auto* tools = new FlowLayout;
    tools->setContentsMargins(kGrid * 2, kGrid, kGrid * 2, 0);
    tools->setSpacing(kGrid);
    tools->addWidget(logarithmic_);
    tools->addWidget(diagonal_);
    tools->addWidget(cost_);
    for (QToolButton* button : {undo_, closer_button_, save_}) tools->addWidget(button);

    auto* map_page = new QWidget(this);
    auto* column = new QVBoxLayout(map_page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(tools);
    column->addWidget(heatmap_, 1);
    column->addWidget(details_);
    stack_->addWidget(empty_);
    // In a low window one scrolls; a map of a few pixels shows nothing.
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(map_page);
    stack_->addWidget(scroll);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(pickers);
    layout->addSpacing(kGrid / 2);
    layout->addWidget(progress_);
    layout->addWidget(stack_, 1);
}

void AttentionPage::setLibrary(const app::LibraryInfo& info) {
    const bool same_model = info.layers == info_.layers && info.heads == info_.heads;
    info_ = info;
    if (!same_model) {
        layer_->clear();
        for (int layer = 0; layer < info.layers; ++layer)
            layer_->addItem(tr("Layer %1").arg(layer + 1), layer);
        head_->clear();
        head_->addItem(tr("All heads"), attention::kAll);
        for (int head = 0; head < info.heads; ++head) head_->addItem(tr("Head %1").arg(head + 1), head);
    }
    const bool ready = info.counts.ready > 0;
    for (QWidget* widget :
         std::initializer_list<QWidget*>{scope_, level_, layer_, head_, branch_, compute_}) {
        widget->setEnabled(ready);
    }
    empty_->setTexts(
        ready ? tr("No map yet") : tr("Nothing to look at yet"),
        ready ? tr("The map shows how much each stretch of the corpus attends to every other one while the "
                   "encoder reads it. This is attention, not an explanation.")
              : tr("Once documents are read, this page shows how much each stretch of the corpus attends to "
                   "every other one."),
        ready ? tr("Compute the map") : tr("Open folder …"));
    update_cost();
}

void AttentionPage::clear() {
    end_job();
    requests_.clear();
    heatmap_->setMap({}, {});
    stack_->setCurrentIndex(0);
}

void AttentionPage::end_job() {
    job_ = 0;
    compute_->setText(tr("&Compute"));
    progress_->hide();
    empty_->button()->setEnabled(true);
}

void AttentionPage::setSelection(const std::vector<DocumentId>& documents, const QString& name) {
    selection_ = documents;
    std::sort(selection_.begin(), selection_.end());  // it may be a whole large library
    const bool was_selection = scope_->currentIndex() == Selection;
    if (scope_->count() > Selection) scope_->removeItem(Selection);
    if (!documents.empty()) {
        scope_->addItem(name);
        if (was_selection) scope_->setCurrentIndex(Selection);
    }
    update_cost();
}

attention::MapRequest AttentionPage::request() const {
    attention::MapRequest request;
    if (scope_->currentIndex() == Selection) request.documents = selection_;
    request.level = static_cast<Level>(level_->currentData().toInt());
    request.layer = std::max(0, layer_->currentData().toInt());
    request.head = head_->currentIndex() < 0 ? attention::kAll : head_->currentData().toInt();
    request.branch = branch_->currentData().toInt();
    return request;
}

void AttentionPage::picked() {
    update_cost();
    if (heatmap_->map()) compute();
}

void AttentionPage::compute(bool selection) {
    if (selection && scope_->count() > Selection) scope_->setCurrentIndex(Selection);
    update_cost();
    closer_ = false;
    next_ = request();
    emit mapRequested(next_);
}

void AttentionPage::look_closer() {
    if (!heatmap_->map()) return;
    const auto cells = static_cast<std::int64_t>(heatmap_->map()->cells.size());
    const attention::MapRequest shown = requests_.value(heatmap_->map().get());
    const std::int64_t end = shown.to > 0 ? shown.to : items_of(shown);
    const QRect view = heatmap_->view();
    const std::int64_t first = std::min(view.left(), view.top()),
                       last = std::max(view.right(), view.bottom()) + 1;
    next_ = shown;
    next_.from = shown.from + (end - shown.from) * first / cells;
    next_.to = shown.from + ((end - shown.from) * last + cells - 1) / cells;
    closer_ = true;
    emit mapRequested(next_);
}

void AttentionPage::setJob(app::JobId job) {
    job_ = job;
    cancelled_ = false;
    compute_->setText(tr("Sto&p"));
    progress_->setValue(0);
    progress_->show();
    empty_->button()->setEnabled(false);
}

void AttentionPage::setProgress(app::JobId job, double fraction) {
    if (job == job_) progress_->setValue(static_cast<int>(fraction * 1000));
}

void AttentionPage::setMap(app::JobId job, const attention::AttentionMap& map) {
    if (job != job_) return;
    end_job();
    fill_branches(map);
    QHash<qint64, QString> names;
    for (const auto& record : info_.documents)
        names[record.id.value] = Format::file_name(QString::fromStdString(record.path));
    QStringList documents;
    for (const attention::MapCell& cell : map.cells) documents << names.value(cell.document.value);
    const auto shown = std::make_shared<const attention::AttentionMap>(map);
    if (!closer_) requests_.clear();
    requests_[shown.get()] = next_;
    heatmap_->setMap(shown, documents, closer_);
    stack_->setCurrentIndex(1);
    update_cost();
}

bool AttentionPage::setFailed(app::JobId job, const QString& reason) {
    if (job != job_ || job == 0) return false;
    end_job();
    if (!cancelled_) emit failed(tr("The map could not be computed"), reason);
    return true;
}

void AttentionPage::fill_branches(const attention::AttentionMap& map) {
    if (branch_->count() == static_cast<int>(map.branches.size()) + 1) return;
    const int chosen = branch_->currentData().toInt();
    branch_->clear();
    branch_->addItem(tr("All branches"), attention::kAll);
    for (std::size_t i = 0; i < map.branches.size(); ++i) {
        const kernels::Branch& branch = map.branches[i];
        branch_->addItem(
            branch.rate == 1
                ? tr("Window of %1").arg(Format::count(branch.segment))
                : tr("%1, every %2th").arg(Format::count(branch.segment), Format::count(branch.rate)),
            static_cast<int>(i));
    }
    branch_->setCurrentIndex(std::max(0, branch_->findData(chosen)));
}

void AttentionPage::view_changed() {
    const bool some = heatmap_->map() != nullptr;
    undo_->setEnabled(heatmap_->canUndo());
    const auto cells = some ? static_cast<std::int64_t>(heatmap_->map()->cells.size()) : 0;
    const attention::MapRequest shown = requests_.value(heatmap_->map().get());
    const std::int64_t items = shown.to > 0 ? shown.to - shown.from : items_of(shown);
    closer_button_->setEnabled(some && heatmap_->canUndo() && items > cells);
    save_->setEnabled(some);
    details_->clear();
}

void AttentionPage::save() {
    const QString file = FileDialog::save(this, tr("Save what is seen of the map"),
                                          FileDialog::folderForNewFiles() + QStringLiteral("/attention.png"),
                                          tr("Picture (*.png);;Numbers (*.npz)"));
    if (file.isEmpty()) return;
    saveTo(file);
}

void AttentionPage::saveTo(const QString& file) {
    auto* watcher = new QFutureWatcher<QString>(this);
    connect(watcher, &QFutureWatcher<QString>::finished, this, [this, watcher] {
        if (const QString problem = watcher->result(); !problem.isEmpty())
            emit failed(tr("The map could not be saved"), problem);
        watcher->deleteLater();
    });
    const QString suffix = QFileInfo(file).suffix().toLower();
    const QImage image = suffix == QStringLiteral("png") ? heatmap_->picture(caption()) : QImage();
    const QRect view = heatmap_->view();
    watcher->setFuture(QtConcurrent::run([map = heatmap_->map(), view, image, file, suffix] {
        try {
            if (image.isNull() && suffix != QStringLiteral("npz"))
                throw std::invalid_argument(file.toStdString() + ": a map is saved as .png or .npz");
            if (image.isNull()) {
                attention::save_numbers(*map, {view.top(), view.height(), view.left(), view.width()},
                                        file.toStdString());
            } else {
                write_picture(image, file);
            }
        } catch (const std::exception& error) {
            return engine_text(std::string(error.what()));
        }
        return QString();
    }));
}

QString AttentionPage::caption() const {
    const attention::MapRequest shown = requests_.value(heatmap_->map().get());
    const auto text_of = [](const QComboBox* box, int value) { return box->itemText(box->findData(value)); };
    QString documents = scope_->itemText(WholeCorpus);
    if (shown.documents.size() == 1) {
        const auto found =
            std::find_if(info_.documents.begin(), info_.documents.end(),
                         [&](const auto& record) { return record.id == shown.documents.front(); });
        if (found != info_.documents.end())
            documents = Format::file_name(QString::fromStdString(found->path));
    } else if (!shown.documents.empty()) {
        documents = Format::documents(static_cast<std::int64_t>(shown.documents.size()));
    }
    return QStringList{documents, text_of(level_, static_cast<int>(shown.level)),
                       text_of(layer_, shown.layer), text_of(head_, shown.head),
                       text_of(branch_, shown.branch)}
        .join(QStringLiteral(" · "));
}

Place AttentionPage::place_of_cell(int cell) const {
    const attention::MapCell& item = heatmap_->map()->cells[static_cast<std::size_t>(cell)];
    Place place{item.document, item.range, 0, {}, QString::fromStdString(item.label), {}};
    const auto found = std::find_if(info_.documents.begin(), info_.documents.end(),
                                    [&](const auto& record) { return record.id == item.document; });
    if (found != info_.documents.end()) place.path = QString::fromStdString(found->path);
    return place;
}

void AttentionPage::open_cell(int row, int column) {
    emit placesOpened(place_of_cell(row), place_of_cell(column));
}

std::int64_t AttentionPage::items_of(const attention::MapRequest& request) const {
    const auto& documents = request.documents;  // in order
    std::int64_t items = 0;
    for (const auto& record : info_.documents) {
        if (record.units == 0) continue;
        if (!documents.empty() && !std::binary_search(documents.begin(), documents.end(), record.id))
            continue;
        items += request.level == Level::Document  ? 1
                 : request.level == Level::Passage ? record.passages
                                                   : record.tokens + kSpecialTokens * record.units;
    }
    return items;
}

bool AttentionPage::shows_what_is_picked() const {
    const attention::MapRequest shown = requests_.value(heatmap_->map().get()), picked = request();
    return shown.documents == picked.documents && shown.level == picked.level &&
           shown.layer == picked.layer && shown.head == picked.head && shown.branch == picked.branch;
}

bool AttentionPage::is_selected(DocumentId document) const {
    return std::binary_search(selection_.begin(), selection_.end(), document);
}

std::int64_t AttentionPage::tokens_in_scope() const {
    if (scope_->currentIndex() != Selection) return info_.counts.tokens;
    std::int64_t tokens = 0;
    for (const auto& record : info_.documents) {
        if (is_selected(record.id)) tokens += record.tokens;
    }
    return tokens;
}

void AttentionPage::update_cost() {
    const QString tokens = info_.counts.ready > 0 ? Format::tokens(tokens_in_scope()) : QString();
    cost_->setText(heatmap_->map() && !shows_what_is_picked()
                       ? tr("%1, of which the map shows something else: compute it").arg(tokens)
                       : tokens);
}

}  // namespace corpuscope::ui
