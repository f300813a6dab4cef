// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/theme.h"

#include <QApplication>
#include <QFont>
#include <QStyle>
#include <algorithm>
#include <cmath>

namespace corpuscope::ui {
namespace {

double luminance(const QColor& colour) {
    const auto linear = [](double c) {
        return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

QPalette make_palette(const QColor& window, const QColor& base, const QColor& button, const QColor& text,
                      const QColor& highlight, const QColor& link) {
    QPalette palette(text, button, button.lighter(150), button.darker(200), button.darker(130), text,
                     Qt::white, base, window);
    palette.setColor(QPalette::AlternateBase, mix(base, text, 0.04));
    palette.setColor(QPalette::Highlight, highlight);
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, link);
    palette.setColor(QPalette::LinkVisited, link);
    palette.setColor(QPalette::ToolTipBase, mix(base, text, 0.06));
    palette.setColor(QPalette::ToolTipText, text);
    palette.setColor(QPalette::PlaceholderText, mix(base, text, 0.72));
    palette.setColor(QPalette::Mid, mix(window, text, 0.25));
    const QColor disabled = mix(window, text, 0.45);
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, disabled);
    }
    return palette;
}

}  // namespace

QColor mix(const QColor& a, const QColor& b, double share) {
    return QColor::fromRgbF(static_cast<float>(a.redF() + (b.redF() - a.redF()) * share),
                            static_cast<float>(a.greenF() + (b.greenF() - a.greenF()) * share),
                            static_cast<float>(a.blueF() + (b.blueF() - a.blueF()) * share));
}

double contrast(const QColor& a, const QColor& b) {
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

bool is_dark(const QPalette& palette) { return luminance(palette.color(QPalette::Window)) < 0.2; }

Colours colours_of(const QPalette& palette) {
    const QColor base = palette.color(QPalette::Base);
    const QColor text = palette.color(QPalette::Text);
    const bool dark = is_dark(palette);
    Colours colours;
    colours.lit = dark ? QColor(0x80, 0x60, 0x08) : QColor(0xff, 0xe0, 0x82);
    colours.lit_other = dark ? QColor(0x4a, 0x42, 0x22) : QColor(0xff, 0xf4, 0xce);
    colours.accent = dark ? QColor(0x7c, 0xc0, 0xe8) : QColor(0x1a, 0x66, 0x94);
    colours.muted = mix(base, text, 0.66);
    colours.line = mix(base, text, 0.16);
    colours.card = dark ? mix(base, text, 0.035) : base;
    colours.good = dark ? QColor(0x7b, 0xcf, 0x8e) : QColor(0x1d, 0x77, 0x3a);
    colours.warning = dark ? QColor(0xf0, 0xbe, 0x5a) : QColor(0x8a, 0x5a, 0x00);
    colours.bad = dark ? QColor(0xff, 0x93, 0x88) : QColor(0xb3, 0x26, 0x1e);
    return colours;
}

QPalette palette_for(Appearance appearance) {
    static const QPalette system = QApplication::palette();
    switch (appearance) {
        case Appearance::System:
            return system;
        case Appearance::Light:
            return make_palette({0xf3, 0xf4, 0xf5}, {0xff, 0xff, 0xff}, {0xf3, 0xf4, 0xf5},
                                {0x1d, 0x21, 0x26}, {0x2a, 0x76, 0xa6}, {0x1a, 0x66, 0x94});
        case Appearance::Dark:
            return make_palette({0x24, 0x27, 0x2b}, {0x1b, 0x1d, 0x21}, {0x30, 0x34, 0x39},
                                {0xe4, 0xe7, 0xea}, {0x2c, 0x6c, 0x96}, {0x7c, 0xc0, 0xe8});
    }
    return system;
}

namespace {
Appearance applied = Appearance::System;
}

Appearance applied_appearance() { return applied; }

void apply(Appearance appearance) {
    applied = appearance;
    palette_for(Appearance::System);  // remembers the platform's own before the first change
    QApplication::setPalette(palette_for(appearance));
}

QFont scaled_font(const QFont& font, double factor, bool bold) {
    QFont scaled = font;
    if (font.pointSizeF() > 0) {
        scaled.setPointSizeF(font.pointSizeF() * factor);
    } else {
        scaled.setPixelSize(static_cast<int>(std::lround(font.pixelSize() * factor)));
    }
    if (bold) scaled.setWeight(QFont::DemiBold);
    return scaled;
}

}  // namespace corpuscope::ui
