// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <vector>

namespace corpuscope::ui {

/// A narrow strip beside a scroll bar with a mark for each match in the document; a click goes there.
class MatchStrip : public QWidget {
    Q_OBJECT
 public:
    struct Mark {
        double at = 0;         ///< 0..1 of the document's height
        bool citation = true;  ///< else a word of the question
    };
    explicit MatchStrip(QWidget* parent = nullptr);
    void setMarks(std::vector<Mark> marks);
    const std::vector<Mark>& marks() const { return marks_; }

 signals:
    void jumped(double at);

 protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

 private:
    std::vector<Mark> marks_;
};

}  // namespace corpuscope::ui
