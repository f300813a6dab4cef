// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Colours beyond the palette's roles, always derived from the palette at hand so that light and dark both
// work.
#pragma once

#include <QColor>
#include <QPalette>

class QApplication;
class QWidget;

namespace corpuscope::ui {

inline constexpr int kGrid = 8;  ///< margins and gaps are multiples of this many pixels

struct Colours {
    QColor lit;        ///< behind the words of a citation
    QColor lit_other;  ///< behind words of the question elsewhere
    QColor accent;     ///< links, marks
    QColor muted;      ///< secondary text; at least 4.5 : 1 on the base colour
    QColor line;       ///< borders of cards
    QColor card;       ///< ground of cards
    QColor good, warning, bad;
};

bool is_dark(const QPalette& palette);
Colours colours_of(const QPalette& palette);

/// Contrast of two opaque colours after WCAG 2.1, 1 to 21.
double contrast(const QColor& a, const QColor& b);
/// `share` of `b` mixed into `a`.
QColor mix(const QColor& a, const QColor& b, double share);

enum class Appearance { System, Light, Dark };
QPalette palette_for(Appearance appearance);  ///< System: what the platform gave at the start
void apply(Appearance appearance);
Appearance applied_appearance();

/// `factor` times the size of the application's font.
QFont scaled_font(const QFont& font, double factor, bool bold = false);

}  // namespace corpuscope::ui
