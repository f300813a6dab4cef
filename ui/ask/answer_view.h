// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QScrollArea>

#include "ui/models/history_model.h"
#include "ui/models/place.h"

class QVBoxLayout;

namespace corpuscope::ui {

/// One question with what the corpus says to it: quotes with their citations, the passages below, what was
/// searched.
class AnswerView : public QScrollArea {
    Q_OBJECT
 public:
    explicit AnswerView(QWidget* parent = nullptr);
    void show(const HistoryModel::Entry& entry);

 signals:
    void placeOpened(const corpuscope::ui::Place& place);
    void failedRequested();
    void retryRequested(const QString& question);

 protected:
    void changeEvent(QEvent* event) override;

 private:
    enum class TextStyle { Plain, Muted, Statement };

    void start();
    void add_text(const QString& text, TextStyle style = TextStyle::Plain);
    void add_section(const QString& title);
    void add_notice(const QString& text);
    void add_retry();
    void add_coverage(const answers::Coverage& coverage);
    void show_answer(const HistoryModel::Entry& entry);

    HistoryModel::Entry entry_;
    QVBoxLayout* column_ = nullptr;
};

}  // namespace corpuscope::ui
