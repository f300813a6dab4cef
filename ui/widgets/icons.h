// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QIcon>
#include <QString>

namespace corpuscope::ui {

/// The theme's icon of that freedesktop name, else our own drawing of it in the palette's text colour, as
/// always where the appearance is not the system's, which the theme is made for.
QIcon icon(const QString& name);

/// Our own drawing in a colour of the palette that means something (good, warning, bad, accent, muted).
enum class Tone { Text, Good, Warning, Bad, Muted, Accent };
QIcon own_icon(const QString& name, Tone tone = Tone::Text);

/// The icon of the program.
QIcon application_icon();

}  // namespace corpuscope::ui
