// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QBuffer>
#include <QFontMetrics>
#include <QImage>
#include <QPainter>
#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>

#include "engine/attention/attention_map.h"
#include "engine/export/npz.h"

namespace corpuscope::attention {
namespace {

constexpr int kPictureSide = 1024;
constexpr int kMargin = 24;
constexpr int kLegendHeight = 84;
constexpr int kBarHeight = 14;
constexpr float kDecades = 4;  // below 10^-4 of the largest weight everything is the darkest colour
const QColor kOutside(0xd0, 0xd0, 0xd0);

/// Dark to light with growing lightness, so that it also reads in grey.
QColor colour_at(float level) {
    constexpr std::array<std::array<float, 3>, 5> kStops = {{{0.07f, 0.04f, 0.20f},
                                                             {0.30f, 0.07f, 0.43f},
                                                             {0.73f, 0.21f, 0.33f},
                                                             {0.98f, 0.55f, 0.04f},
                                                             {0.99f, 1.0f, 0.64f}}};
    const float place = std::clamp(level, 0.0f, 1.0f) * (kStops.size() - 1);
    const auto low = std::min(static_cast<std::size_t>(place), kStops.size() - 2);
    const float share = place - static_cast<float>(low);
    const auto mix = [&](std::size_t c) {
        return kStops[low][c] + share * (kStops[low + 1][c] - kStops[low][c]);
    };
    return QColor::fromRgbF(mix(0), mix(1), mix(2));
}

float largest_weight(const AttentionMap& map) {
    float largest = 0;
    for (const float weight : map.weights)
        if (std::isfinite(weight)) largest = std::max(largest, weight);
    return largest;
}

/// Logarithmic, as attention spans orders of magnitude.
float level_of(float weight, float largest) {
    if (weight <= 0 || largest <= 0) return 0;
    return 1 + std::log10(weight / largest) / kDecades;
}

QImage cells_image(const AttentionMap& map) {
    const int cells = static_cast<int>(map.cells.size());
    const float largest = largest_weight(map);
    QImage image(cells, cells, QImage::Format_RGB32);
    for (int row = 0; row < cells; ++row)
        for (int column = 0; column < cells; ++column) {
            const float weight = map.weights[static_cast<std::size_t>(row) * map.cells.size() +
                                             static_cast<std::size_t>(column)];
            image.setPixelColor(column, row,
                                std::isfinite(weight) ? colour_at(level_of(weight, largest)) : kOutside);
        }
    return image;
}

QString title_of(const AttentionMap& map) {
    const auto or_all = [](int value, const char* all) {
        return value == kAll ? QString::fromLatin1(all) : QString::number(value);
    };
    QString title = QStringLiteral("Attention, layer %1, head %2, branch %3")
                        .arg(map.layer)
                        .arg(or_all(map.head, "mean of all"), or_all(map.branch, "mixture of all"));
    if (map.branch != kAll) {
        const auto& branch = map.branches[static_cast<std::size_t>(map.branch)];
        title += QStringLiteral(" (segment %1, rate %2)").arg(branch.segment).arg(branch.rate);
    }
    return title;
}

void draw_legend(QPainter& painter, const QRect& area, const AttentionMap& map) {
    const QFontMetrics metrics(painter.font());
    const auto& first = map.cells.front().label;
    const auto& last = map.cells.back().label;
    const int line = metrics.height() + 2;
    painter.setPen(Qt::black);
    painter.drawText(area.left(), area.top() + metrics.ascent(), title_of(map));
    const QString axes = QStringLiteral("Rows look, columns are looked at: %1 cells from “%2” to “%3”")
                             .arg(map.cells.size())
                             .arg(QString::fromStdString(first), QString::fromStdString(last));
    painter.drawText(area.left(), area.top() + line + metrics.ascent(),
                     metrics.elidedText(axes, Qt::ElideRight, area.width()));
    const int bar_top = area.top() + 2 * line + 6;
    const int bar_width = area.width() / 2;
    for (int x = 0; x < bar_width; ++x)
        painter.fillRect(area.left() + x, bar_top, 1, kBarHeight,
                         colour_at(static_cast<float>(x) / static_cast<float>(bar_width)));
    const float largest = largest_weight(map);
    const int text_top = bar_top + kBarHeight + metrics.ascent();
    painter.drawText(area.left(), text_top,
                     QString::number(static_cast<double>(largest) * std::pow(10, -kDecades), 'g', 2));
    const QString most = QString::number(static_cast<double>(largest), 'g', 2);
    painter.drawText(area.left() + bar_width - metrics.horizontalAdvance(most), text_top, most);
    const int swatch = area.left() + bar_width + kMargin;
    painter.fillRect(swatch, bar_top, kBarHeight, kBarHeight, kOutside);
    painter.drawText(swatch + kBarHeight + 8, bar_top + metrics.ascent(),
                     QStringLiteral("outside the attention pattern"));
}

void save_picture(const AttentionMap& map, const std::filesystem::path& file) {
    QImage picture(kPictureSide + 2 * kMargin, kPictureSide + 2 * kMargin + kLegendHeight,
                   QImage::Format_RGB32);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    painter.drawImage(QRect(kMargin, kMargin, kPictureSide, kPictureSide), cells_image(map));
    draw_legend(painter, QRect(kMargin, kPictureSide + 2 * kMargin - 8, kPictureSide, kLegendHeight), map);
    painter.end();
    exporting::AtomicFile out(file);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!picture.save(&buffer, "PNG"))
        throw std::runtime_error(file.string() + ": the picture cannot be written");
    out.write(std::string_view(bytes.data(), static_cast<std::size_t>(bytes.size())));
    out.commit();
}

std::string settings_of(const AttentionMap& map, std::span<const MapCell> rows,
                        std::span<const MapCell> columns) {
    nlohmann::ordered_json json = {{"layer", map.layer}, {"head", map.head}, {"branch", map.branch}};
    for (const auto& branch : map.branches) json["branches"].push_back({branch.segment, branch.rate});
    for (const auto& cell : rows) json["labels"].push_back(cell.label);
    for (const auto& cell : columns) json["column_labels"].push_back(cell.label);
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// `prefix`document, start and end: what each of the cells is.
void add_cells(exporting::NpzWriter& npz, const std::string& prefix, std::span<const MapCell> cells) {
    std::vector<std::int64_t> documents, starts, ends;
    for (const auto& cell : cells) {
        documents.push_back(cell.document.value);
        starts.push_back(cell.range.begin);
        ends.push_back(cell.range.end);
    }
    const auto count = static_cast<std::int64_t>(cells.size());
    npz.add<std::int64_t>(prefix + "document", "<i8", {count}, documents);
    npz.add<std::int64_t>(prefix + "start", "<i8", {count}, starts);
    npz.add<std::int64_t>(prefix + "end", "<i8", {count}, ends);
}

}  // namespace

void save_map(const AttentionMap& map, const std::filesystem::path& file) {
    const auto ending = file.extension();
    if (ending == ".png")
        save_picture(map, file);
    else if (ending == ".npz")
        save_numbers(
            map, {.rows = static_cast<int>(map.cells.size()), .columns = static_cast<int>(map.cells.size())},
            file);
    else
        throw std::invalid_argument(file.string() + ": a map is saved as .png or .npz");
}

/// Arrays: weights [rows, columns]; document, start, end [rows]; column_document, column_start, column_end
/// [columns]; settings (JSON as bytes).
void save_numbers(const AttentionMap& map, const MapView& view, const std::filesystem::path& file) {
    const auto part = [&](int first, int count) {
        return std::span(map.cells).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    };
    const auto rows = part(view.first_row, view.rows), columns = part(view.first_column, view.columns);
    std::vector<float> weights;
    for (int row = view.first_row; row < view.first_row + view.rows; ++row) {
        const auto begin = map.weights.begin() +
                           static_cast<std::ptrdiff_t>(row) * static_cast<std::ptrdiff_t>(map.cells.size()) +
                           view.first_column;
        weights.insert(weights.end(), begin, begin + view.columns);
    }
    const std::string settings = settings_of(map, rows, columns);
    exporting::NpzWriter npz(file);
    npz.add<float>("weights", "<f4", {view.rows, view.columns}, weights);
    add_cells(npz, "", rows);
    add_cells(npz, "column_", columns);
    npz.add<char>("settings", "|u1", {static_cast<std::int64_t>(settings.size())}, settings);
    npz.finish();
}

}  // namespace corpuscope::attention
