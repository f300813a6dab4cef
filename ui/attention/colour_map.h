// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// A sequential colour map that is perceptually uniform by construction: lightness in the OKLab space
// (Ottosson, 2020) runs evenly from the ground of the page to its opposite, so that equal steps of a value
// look equally far apart.
#pragma once

#include <QColor>
#include <array>

namespace corpuscope::ui {

class ColourMap {
 public:
    /// On a dark page the map runs from dark to light, on a light one from light to dark.
    explicit ColourMap(bool dark);
    /// `value` in 0..1.
    QRgb colour(double value) const;

    /// OKLab lightness, 0..1.
    static double lightness(QRgb colour);

 private:
    static constexpr int kSteps = 256;
    std::array<QRgb, kSteps> table_;
};

}  // namespace corpuscope::ui
