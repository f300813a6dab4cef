// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/icons.h"

#include <QApplication>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

#include "ui/widgets/theme.h"

static void load_resources() { Q_INIT_RESOURCE(corpuscope); }

namespace corpuscope::ui {
namespace {

QColor colour_of(Tone tone, QIcon::Mode mode) {
    const QPalette palette = QApplication::palette();
    if (mode == QIcon::Disabled) return palette.color(QPalette::Disabled, QPalette::WindowText);
    if (mode == QIcon::Selected) return palette.color(QPalette::HighlightedText);
    const Colours colours = colours_of(palette);
    switch (tone) {
        case Tone::Text:
            return palette.color(QPalette::WindowText);
        case Tone::Good:
            return colours.good;
        case Tone::Warning:
            return colours.warning;
        case Tone::Bad:
            return colours.bad;
        case Tone::Muted:
            return colours.muted;
        case Tone::Accent:
            return colours.accent;
    }
    return palette.color(QPalette::WindowText);
}

/// Draws an SVG whose black is replaced, when it is drawn, by the palette's colour: it follows a change of
/// appearance.
class TintedSvgEngine : public QIconEngine {
 public:
    /// `theme`: name of the desktop's icon that goes first where the appearance is the system's; may be
    /// empty.
    TintedSvgEngine(QString file, Tone tone, QString theme = {})
        : file_(std::move(file)), theme_(std::move(theme)), tone_(tone) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        // The desktop's icons are drawn for its own colours.
        if (!theme_.isEmpty() && applied_appearance() == Appearance::System && QIcon::hasThemeIcon(theme_)) {
            QIcon::fromTheme(theme_).paint(painter, rect, Qt::AlignCenter, mode, state);
            return;
        }
        QFile file(file_);
        if (!file.open(QIODevice::ReadOnly)) return;
        QByteArray svg = file.readAll();
        svg.replace("#000", colour_of(tone_, mode).name().toLatin1());
        QSvgRenderer(svg).render(painter, QRectF(rect));
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new TintedSvgEngine(file_, tone_, theme_); }

 private:
    QString file_, theme_;
    Tone tone_;
};

}  // namespace

QIcon own_icon(const QString& name, Tone tone) {
    load_resources();
    return QIcon(new TintedSvgEngine(QStringLiteral(":/icons/%1.svg").arg(name), tone));
}

QIcon icon(const QString& name) {
    load_resources();
    return QIcon(new TintedSvgEngine(QStringLiteral(":/icons/%1.svg").arg(name), Tone::Text, name));
}

QIcon application_icon() {
    load_resources();
    return QIcon::fromTheme(QStringLiteral("corpuscope"), QIcon(QStringLiteral(":/icons/corpuscope.svg")));
}

}  // namespace corpuscope::ui
