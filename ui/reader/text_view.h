// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTextEdit>
#include <optional>
#include <vector>

#include "app/worker/worker.h"
#include "ui/models/place.h"
#include "ui/models/text_store.h"
#include "ui/models/word_matcher.h"
#include "ui/reader/match_strip.h"
#include "ui/reader/text_layout.h"

namespace corpuscope::ui {

/// The extracted text of a document with its structure, the words of a citation lit, words of the question
/// marked.
class TextView : public QTextEdit {
    Q_OBJECT
 public:
    explicit TextView(QWidget* parent = nullptr);

    /// Shows the part of the text that holds the place. The same text again only moves.
    void showText(const TextStore::Text& text, const Place& place, const WordMatcher& words);
    /// Lights another range, and stays where it is.
    void light(ByteRange range);
    void showPart(int part);
    /// Marks these places instead of the words of the question; none: the words again.
    void setFound(std::vector<ByteRange> found);
    std::int64_t firstVisible() const;  ///< offset in the text of what stands at the top
    void showAtTop(std::int64_t offset);
    int part() const { return part_; }
    int parts() const { return parts_ ? parts_->count() : 0; }

    /// Goes from match to match (-1 backwards), and on to the next part of a long text after the last of this
    /// one.
    void step(int direction);
    void jump(double at);
    /// The words that are lit as the citation.
    QString litText() const;
    std::vector<MatchStrip::Mark> marks() const;

 signals:
    void partChanged();
    void matchesChanged();

 protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

 private:
    void lay();
    void light();
    std::vector<TextSpan> find_matches() const;
    bool is_here(ByteRange range) const;  ///< in the part shown, at least a piece of it
    void centre_on(int position);
    /// A place in the QTextDocument and where it stands in the viewport.
    struct Anchor {
        int position = 0, top = 0;
    };
    Anchor anchor() const;
    void hold(const Anchor& anchor);

    TextStore::Text text_;
    Place place_;
    WordMatcher words_;
    std::optional<TextParts> parts_;
    int part_ = -1;
    std::vector<LaidBlock> blocks_;
    TextSpan citation_;  ///< in the QTextDocument; empty: none in this part
    std::vector<TextSpan> matches_;
    std::vector<ByteRange> found_;
    bool laying_ = false;
};

}  // namespace corpuscope::ui
