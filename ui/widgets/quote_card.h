// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>

#include "ui/models/place.h"
#include "ui/models/word_matcher.h"

class QLabel;

namespace corpuscope::ui {

class CitationChip;

/// Words of a document, quoted, with the chip of where they come from.
class QuoteCard : public QFrame {
    Q_OBJECT
 public:
    enum class Style {
        Answer,   ///< larger, in quotation marks, a bar of the accent colour before it, its place below
        Passage,  ///< words of the question lit, its place above
    };
    QuoteCard(Style style, const Place& place, double score, const WordMatcher& words,
              QWidget* parent = nullptr);
    const Place& place() const { return place_; }
    /// The quote and where it comes from, as it is put into a text of one's own.
    QString citation() const;
    CitationChip* chip() const { return chip_; }
    QString quotedText() const { return place_.text; }

 signals:
    void opened(const corpuscope::ui::Place& place);

 protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

 private:
    void fill();
    QString shown_text() const;  ///< the words in the lines that the card has

    Style style_;
    Place place_;
    WordMatcher words_;
    QLabel* text_;
    CitationChip* chip_;
};

}  // namespace corpuscope::ui
