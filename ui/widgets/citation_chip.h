// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractButton>

#include "ui/models/place.h"

namespace corpuscope::ui {

/// "wal.html · Performance · 0.91": names the place that a quote comes from; a click opens it.
class CitationChip : public QAbstractButton {
    Q_OBJECT
 public:
    /// `score` < 0: none is shown.
    CitationChip(const Place& place, double score, QWidget* parent = nullptr);
    const Place& place() const { return place_; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

    /// What the chip says of a place: its page, else the last part of its heading.
    static QString describe(const Place& place, double score);
    /// The chip says the innermost heading, since the document has no pages.
    bool names_heading() const;

 signals:
    void opened(const corpuscope::ui::Place& place);

 protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

 private:
    QString text_within(int width) const;

    Place place_;
};

}  // namespace corpuscope::ui
