// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/process/messages.h"

#include <QByteArray>
#include <QDataStream>
#include <QIODevice>
#include <algorithm>

#include "engine/documents/utf8.h"

namespace corpuscope::documents {
namespace {

constexpr auto kVersion = QDataStream::Qt_6_0;

QByteArray view_of(std::string_view bytes) {
    return QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

QDataStream& operator<<(QDataStream& stream, const std::string& text) { return stream << view_of(text); }

QDataStream& operator>>(QDataStream& stream, std::string& text) {
    QByteArray bytes;
    stream >> bytes;
    text.assign(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    return stream;
}

QDataStream& operator<<(QDataStream& stream, const ByteRange& range) {
    return stream << static_cast<qint64>(range.begin) << static_cast<qint64>(range.end);
}

QDataStream& operator>>(QDataStream& stream, ByteRange& range) {
    qint64 begin = 0, end = 0;
    stream >> begin >> end;
    range = {begin, end};
    return stream;
}

QDataStream& operator<<(QDataStream& stream, const Block& block) {
    return stream << static_cast<quint8>(block.kind) << static_cast<qint32>(block.level) << block.range;
}

QDataStream& operator>>(QDataStream& stream, Block& block) {
    quint8 kind = 0;
    qint32 level = 0;
    stream >> kind >> level >> block.range;
    if (kind > static_cast<quint8>(BlockKind::Term)) stream.setStatus(QDataStream::ReadCorruptData);
    block.kind = static_cast<BlockKind>(kind);
    block.level = level;
    return stream;
}

QDataStream& operator<<(QDataStream& stream, const SourceAnchor& anchor) {
    return stream << static_cast<qint64>(anchor.text_offset) << static_cast<qint64>(anchor.source_offset);
}

QDataStream& operator>>(QDataStream& stream, SourceAnchor& anchor) {
    qint64 text = 0, source = 0;
    stream >> text >> source;
    anchor = {text, source};
    return stream;
}

template <typename Item>
void write_list(QDataStream& stream, const std::vector<Item>& items) {
    stream << static_cast<quint64>(items.size());
    for (const Item& item : items) stream << item;
}

/// A count that is a lie ends at the end of the bytes, not at the end of memory.
template <typename Item>
void read_list(QDataStream& stream, std::vector<Item>& items) {
    quint64 count = 0;
    stream >> count;
    for (quint64 i = 0; i < count && stream.status() == QDataStream::Ok; ++i) stream >> items.emplace_back();
}

QDataStream& operator<<(QDataStream& stream, const Document& document) {
    stream << document.format << document.title << document.text;
    write_list(stream, document.blocks);
    write_list(stream, document.pages);
    write_list(stream, document.source_map);
    write_list(stream, document.warnings);
    return stream;
}

QDataStream& operator>>(QDataStream& stream, Document& document) {
    stream >> document.format >> document.title >> document.text;
    read_list(stream, document.blocks);
    read_list(stream, document.pages);
    read_list(stream, document.source_map);
    read_list(stream, document.warnings);
    return stream;
}

QDataStream& operator<<(QDataStream& stream, const Failure& failure) {
    return stream << static_cast<quint8>(failure.kind) << failure.reason;
}

QDataStream& operator>>(QDataStream& stream, Failure& failure) {
    quint8 kind = 0;
    stream >> kind >> failure.reason;
    if (kind > static_cast<quint8>(FailureKind::Unsupported)) stream.setStatus(QDataStream::ReadCorruptData);
    failure.kind = static_cast<FailureKind>(kind);
    return stream;
}

QDataStream& operator<<(QDataStream& stream, const Limits& limits) {
    return stream << static_cast<qint64>(limits.max_file_bytes) << static_cast<qint64>(limits.max_text_bytes)
                  << static_cast<qint64>(limits.max_inflated_bytes)
                  << static_cast<qint64>(limits.max_expansion) << static_cast<qint32>(limits.max_pages);
}

QDataStream& operator>>(QDataStream& stream, Limits& limits) {
    qint64 file = 0, text = 0, inflated = 0, expansion = 0;
    qint32 pages = 0;
    stream >> file >> text >> inflated >> expansion >> pages;
    limits = {file, text, inflated, expansion, pages};
    return stream;
}

bool is_text(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = character_length(text, at);
        if (length == 0 || text[at] == '\0') return false;
        at += length;
    }
    return true;
}

/// In order, without overlap, inside the text, between characters.
template <typename Items, typename RangeOf>
bool are_in_order(const Items& items, std::string_view text, RangeOf range_of) {
    std::int64_t end = 0;
    for (const auto& item : items) {
        const ByteRange range = range_of(item);
        if (range.begin < end || !fits_text(range, text)) return false;
        end = range.end;
    }
    return true;
}

bool fits_together(const Document& document, const Limits& limits) {
    const std::string& text = document.text;
    if (static_cast<std::int64_t>(text.size()) > limits.max_text_bytes || !is_text(text)) return false;
    return is_text(document.format) && is_text(document.title) &&
           std::all_of(document.warnings.begin(), document.warnings.end(), is_text) &&
           are_in_order(document.blocks, text, [](const Block& block) { return block.range; }) &&
           are_in_order(document.pages, text, [](const ByteRange& page) { return page; }) &&
           std::is_sorted(document.source_map.begin(), document.source_map.end(),
                          [](const auto& a, const auto& b) { return a.text_offset < b.text_offset; });
}

template <typename Write>
std::string written(Write write) {
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream.setVersion(kVersion);
    write(stream);
    return bytes.toStdString();
}

bool was_read_whole(const QDataStream& stream) {
    return stream.status() == QDataStream::Ok && stream.atEnd();
}

}  // namespace

std::string encode(const ReadRequest& request) {
    return written([&](QDataStream& stream) { stream << request.file_name << request.limits; });
}

std::string encode(const ReadResult& result) {
    return written([&](QDataStream& stream) {
        stream << result.has_value();
        if (result)
            stream << *result;
        else
            stream << result.error();
    });
}

std::optional<ReadRequest> decode_request(std::string_view bytes) {
    QDataStream stream(view_of(bytes));
    stream.setVersion(kVersion);
    ReadRequest request;
    stream >> request.file_name >> request.limits;
    if (!was_read_whole(stream)) return std::nullopt;
    return request;
}

std::optional<ReadResult> decode_result(std::string_view bytes, const Limits& limits) {
    QDataStream stream(view_of(bytes));
    stream.setVersion(kVersion);
    bool was_read = false;
    stream >> was_read;
    if (!was_read) {
        Failure failure;
        stream >> failure;
        if (!was_read_whole(stream) || !is_text(failure.reason)) return std::nullopt;
        return tl::unexpected(std::move(failure));
    }
    Document document;
    stream >> document;
    if (!was_read_whole(stream) || !fits_together(document, limits)) return std::nullopt;
    return document;
}

}  // namespace corpuscope::documents
