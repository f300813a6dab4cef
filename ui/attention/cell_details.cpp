// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/attention/cell_details.h"

#include <QGridLayout>
#include <QLabel>
#include <cmath>

#include "ui/reader/text_layout.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/format.h"
#include "ui/widgets/literal_text.h"
#include "ui/widgets/long_words.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {
constexpr int kRestMilliseconds = 120;
constexpr std::int64_t kExcerptBytes = 420;
constexpr int kLines = 5;  ///< of an excerpt
}  // namespace

CellDetails::CellDetails(TextStore& texts, QWidget* parent)
    : QWidget(parent),
      texts_(texts),
      value_(new QLabel(this)),
      from_text_(new QLabel(this)),
      to_text_(new QLabel(this)),
      from_title_(new ElidedLabel(Qt::ElideMiddle, this)),
      to_title_(new ElidedLabel(Qt::ElideMiddle, this)) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(kGrid * 2, kGrid, kGrid * 2, kGrid);
    grid->setHorizontalSpacing(kGrid * 3);
    grid->setVerticalSpacing(kGrid / 2);
    grid->addWidget(value_, 0, 0, 1, 2);
    grid->addWidget(from_title_, 1, 0);
    grid->addWidget(to_title_, 1, 1);
    grid->addWidget(from_text_, 2, 0);
    grid->addWidget(to_text_, 2, 1);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(2, 100);
    grid->setRowStretch(3, 1);  // what the texts leave, which show whole lines
    value_->setWordWrap(true);
    for (ElidedLabel* title : {from_title_, to_title_}) {
        title->setFont(scaled_font(font(), 1, true));
        title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    }
    for (QLabel* label : {from_text_, to_text_}) {
        label->setWordWrap(true);
        label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
        label->setTextFormat(Qt::PlainText);
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
        label->setMaximumHeight(fontMetrics().lineSpacing() * kLines);
    }
    setFixedHeight(fontMetrics().height() * (kLines + 2) + kGrid * 4);
    wait_.setSingleShot(true);
    wait_.setInterval(kRestMilliseconds);
    connect(&wait_, &QTimer::timeout, this, [this] { fill(); });
    connect(&texts_, &TextStore::ready, this, [this](DocumentId document) {
        if (!map_) return;
        const auto& cells = map_->cells;
        if (cells[static_cast<std::size_t>(row_)].document == document ||
            cells[static_cast<std::size_t>(column_)].document == document) {
            wait_.start();
        }
    });
    clear();
}

void CellDetails::clear() {
    map_.reset();
    wait_.stop();
    value_->setText(
        tr("Point at a cell to read both texts; click it to open both places; drag to zoom in.\n"
           "The bars show how much each text attends to the others (left) and they to it (above)."));
    for (QLabel* label : {from_text_, to_text_}) label->clear();
    for (ElidedLabel* title : {from_title_, to_title_}) title->setText({});
}

void CellDetails::show(const HeatmapView::Map& map, int row, int column, const QString& from,
                       const QString& to) {
    map_ = map;
    row_ = row;
    column_ = column;
    from_ = from;
    to_ = to;
    const float weight = weight_at(*map, row, column);
    value_->setText(std::isnan(weight)
                        ? tr("Outside the attention pattern: these two never meet in this branch.")
                        : tr("%1 of the attention of the left text goes to the right one.")
                              .arg(Format::share(static_cast<double>(weight))));
    from_title_->setText(tr("Reading %1").arg(from));
    to_title_->setText(tr("Attends to %1").arg(to));
    from_text_->setText(literal(map->cells[static_cast<std::size_t>(row)].label));
    to_text_->setText(literal(map->cells[static_cast<std::size_t>(column)].label));
    wait_.start();
}

QString CellDetails::text() const {
    return value_->text() + u'\n' + from_text_->text() + u'\n' + to_text_->text();
}

QString CellDetails::excerpt(int cell) {
    const attention::MapCell& item = map_->cells[static_cast<std::size_t>(cell)];
    const TextStore::Text text = texts_.get(item.document);
    if (!text) return literal(item.label);
    ByteRange range = item.range;
    const bool cut = range.size() > kExcerptBytes;
    if (cut) range.end = range.begin + kExcerptBytes;
    return text_of(text->text, range).simplified() + (cut ? QStringLiteral(" …") : QString());
}

void CellDetails::fill() {
    if (!map_) return;
    from_text_->setText(breakable(excerpt(row_)));
    if (map_) to_text_->setText(breakable(excerpt(column_)));
}

}  // namespace corpuscope::ui
