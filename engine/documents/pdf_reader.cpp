// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QBuffer>
#include <QPdfBookmarkModel>
#include <QPdfDocument>
#include <QPdfSelection>
#include <QPolygonF>
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "engine/documents/pdf_layout.h"
#include "engine/documents/readers.h"

namespace corpuscope::documents {
namespace {

constexpr char16_t kWordGoesOn = 0xFFFE;  // what PDFium leaves of a hyphen at a line's end

QString clean(QString text) {
    constexpr std::array<const char*, 7> kLigatures = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"};
    for (std::size_t i = 0; i < kLigatures.size(); ++i)
        text.replace(QChar(static_cast<char16_t>(0xFB00 + i)), QLatin1String(kLigatures[i]));
    text.replace(QChar(0x02), QChar(kWordGoesOn));
    return text;
}

PdfPage split_lines(const QString& text) {
    PdfPage lines;
    for (QString line : text.split('\n', Qt::SkipEmptyParts)) {
        while (!line.isEmpty() && line.back().isSpace()) line.chop(1);
        PdfLine result;
        result.hyphenated = line.endsWith(QChar(kWordGoesOn));
        line.remove(QChar(kWordGoesOn));
        if (line.trimmed().isEmpty()) continue;
        result.text = line.trimmed().toStdString();
        lines.push_back(std::move(result));
    }
    return lines;
}

// Underscores, accents and quotes stand beside the rectangle of their line, but to the right of what came
// before.
bool is_same_line(const QRectF& line, const QRectF& word) {
    const double overlap = std::min(line.bottom(), word.bottom()) - std::max(line.top(), word.top());
    if (overlap > 0.5 * std::min(line.height(), word.height())) return true;
    const double apart = std::abs(line.center().y() - word.center().y());
    return word.left() > line.right() - 2 && apart < 0.8 * std::max(line.height(), word.height());
}

struct LineRectangle {
    QRectF rectangle;
    bool tabular = false;
};

// The rectangles of the words, in reading order, put together into one a line.
std::vector<LineRectangle> line_rectangles(const QList<QPolygonF>& words) {
    std::vector<LineRectangle> lines;
    for (const QPolygonF& word : words) {
        const QRectF rectangle = word.boundingRect();
        if (rectangle.width() <= 0 || rectangle.height() <= 0) continue;
        if (lines.empty() || !is_same_line(lines.back().rectangle, rectangle)) {
            lines.push_back({rectangle});
            continue;
        }
        LineRectangle& line = lines.back();
        line.tabular |= rectangle.left() - line.rectangle.right() > 2 * line.rectangle.height();
        line.rectangle = line.rectangle.united(rectangle);
    }
    return lines;
}

PdfPage read_page(QPdfDocument& pdf, int page) {
    const QPdfSelection all = pdf.getAllText(page);
    PdfPage lines = split_lines(clean(all.text()));
    const std::vector<LineRectangle> rectangles = line_rectangles(all.bounds());
    if (rectangles.size() != lines.size()) return lines;  // what belongs to what cannot be told
    for (std::size_t i = 0; i < lines.size(); ++i) {
        lines[i].placed = true;
        const QRectF& rectangle = rectangles[i].rectangle;
        lines[i].left = rectangle.left();
        lines[i].right = rectangle.right();
        lines[i].top = rectangle.top();
        lines[i].height = rectangle.height();
        lines[i].tabular = rectangles[i].tabular;
    }
    return lines;
}

void collect_outline(const QPdfBookmarkModel& model, const QModelIndex& parent, int level,
                     std::vector<PdfBookmark>& outline) {
    constexpr int kMaxLevel = 6;
    constexpr std::size_t kMaxEntries = 100000;
    for (int row = 0; row < model.rowCount(parent) && outline.size() < kMaxEntries; ++row) {
        const QModelIndex entry = model.index(row, 0, parent);
        const auto value = [&](QPdfBookmarkModel::Role role) {
            return model.data(entry, static_cast<int>(role));
        };
        outline.push_back({simplified(value(QPdfBookmarkModel::Role::Title).toString().toStdString()), level,
                           value(QPdfBookmarkModel::Role::Page).toInt()});
        if (level < kMaxLevel) collect_outline(model, entry, level + 1, outline);
    }
}

std::optional<Failure> failure_of(const QPdfDocument& pdf) {
    if (pdf.status() == QPdfDocument::Status::Ready) return std::nullopt;
    switch (pdf.error()) {
        case QPdfDocument::Error::IncorrectPassword:
            return Failure{FailureKind::Encrypted, "needs a password"};
        case QPdfDocument::Error::UnsupportedSecurityScheme:
            return Failure{FailureKind::Encrypted, "is encrypted in a way that cannot be opened"};
        default:
            return Failure{FailureKind::Damaged, "is a damaged PDF: it cannot be opened"};
    }
}

}  // namespace

ReadResult read_pdf(std::string_view bytes, const std::string& name, const Limits& limits) {
    QByteArray data = QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size()));
    QBuffer buffer(&data);
    buffer.open(QIODevice::ReadOnly);
    QPdfDocument pdf;
    pdf.load(&buffer);
    if (const auto failure = failure_of(pdf)) return tl::unexpected(*failure);
    const int page_count = pdf.pageCount();
    if (page_count > limits.max_pages)
        return tl::unexpected(Failure{FailureKind::TooLarge, "has " + std::to_string(page_count) +
                                                                 " pages; the limit is " +
                                                                 std::to_string(limits.max_pages)});

    std::vector<PdfPage> pages;
    std::int64_t text_bytes = 0;
    for (int page = 0; page < page_count && text_bytes <= limits.max_text_bytes; ++page) {
        pages.push_back(read_page(pdf, page));
        for (const PdfLine& line : pages.back()) text_bytes += static_cast<std::int64_t>(line.text.size());
    }
    std::vector<PdfBookmark> outline;
    QPdfBookmarkModel model;
    model.setDocument(&pdf);
    collect_outline(model, {}, 1, outline);

    DocumentBuilder builder("pdf", limits);
    builder.set_title(pdf.metaData(QPdfDocument::MetaDataField::Title).toString().toStdString());
    append_pdf_pages(pages, outline, builder);
    ReadResult result = builder.finish(name);
    if (!result && result.error().kind == FailureKind::Empty)
        return tl::unexpected(Failure{FailureKind::Empty, "has no text in it: its pages hold pictures only"});
    return result;
}

}  // namespace corpuscope::documents
