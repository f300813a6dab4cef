// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/attention/colour_map.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace corpuscope::ui {
namespace {

struct Linear {
    double r, g, b;
    bool displayable() const { return std::min({r, g, b}) >= -1e-6 && std::max({r, g, b}) <= 1 + 1e-6; }
};

Linear from_oklch(double lightness, double chroma, double hue) {
    const double a = chroma * std::cos(hue), b = chroma * std::sin(hue);
    const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
    const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
    const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

int encode(double linear) {
    const double c = std::clamp(linear, 0.0, 1.0);
    const double encoded = c <= 0.0031308 ? 12.92 * c : 1.055 * std::pow(c, 1 / 2.4) - 0.055;
    return static_cast<int>(std::lround(encoded * 255));
}

double decode(int channel) {
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

}  // namespace

ColourMap::ColourMap(bool dark) {
    for (int i = 0; i < kSteps; ++i) {
        const double t = i / (kSteps - 1.0);
        const double lightness = dark ? 0.24 + 0.70 * t : 0.97 - 0.69 * t;
        // From blue over green to yellow on dark, from pale yellow over green to blue on light; most colour
        // in the middle.
        const double warm = dark ? t : 1 - t;
        const double hue = (265 - 165 * warm) * std::numbers::pi / 180;
        double chroma = 0.03 + 0.13 * std::sin(std::numbers::pi * (0.12 + 0.8 * t));
        Linear colour = from_oklch(lightness, chroma, hue);
        while (!colour.displayable() && chroma > 0) {
            chroma -= 0.004;
            colour = from_oklch(lightness, std::max(0.0, chroma), hue);
        }
        table_[static_cast<std::size_t>(i)] = qRgb(encode(colour.r), encode(colour.g), encode(colour.b));
    }
}

QRgb ColourMap::colour(double value) const {
    const auto step = static_cast<std::size_t>(std::lround(std::clamp(value, 0.0, 1.0) * (kSteps - 1)));
    return table_[step];
}

double ColourMap::lightness(QRgb colour) {
    const double r = decode(qRed(colour)), g = decode(qGreen(colour)), b = decode(qBlue(colour));
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
}

}  // namespace corpuscope::ui
