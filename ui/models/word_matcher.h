// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSet>
#include <QString>
#include <vector>

namespace corpuscope::ui {

/// A stretch of a QString, in UTF-16 units.
struct TextSpan {
    int begin = 0;
    int length = 0;
    bool operator==(const TextSpan&) const = default;
};

/// Finds the words of a question in a text, in any of their common English forms ("connections" finds
/// "connection"). Words that say nothing ("the", "what") are left out.
class WordMatcher {
 public:
    WordMatcher() = default;
    explicit WordMatcher(const QString& question);
    bool empty() const { return stems_.isEmpty(); }
    std::vector<TextSpan> find(const QString& text) const;

 private:
    QSet<QString> stems_;
};

/// `text` as HTML in which the words found are on a ground of the colour given (#rrggbb).
QString lit_html(const QString& text, const std::vector<TextSpan>& spans, const QString& colour);

}  // namespace corpuscope::ui
