// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/library/blob_codec.h"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "kernels/bf16.h"

namespace corpuscope::library {
namespace {

constexpr std::size_t kGroup = 32;  // numbers that share a scale

class Writer {
 public:
    void number(std::uint64_t value) {
        while (value >= 0x80) {
            bytes_.push_back(static_cast<char>(value | 0x80));
            value >>= 7;
        }
        bytes_.push_back(static_cast<char>(value));
    }
    void integer(std::int64_t value) {
        number((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
    }
    void range(const ByteRange& range) {
        integer(range.begin - previous_);
        integer(range.size());
        previous_ = range.end;
    }
    std::string take() { return std::move(bytes_); }

 private:
    std::string bytes_;
    std::int64_t previous_ = 0;
};

class Reader {
 public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    std::uint64_t number() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (next_ == bytes_.size()) throw DamagedBlob("is cut short");
            const auto byte = static_cast<unsigned char>(bytes_[next_++]);
            value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
            if (byte < 0x80) return value;
        }
        throw DamagedBlob("holds a number out of range");
    }
    std::int64_t integer() {
        const std::uint64_t value = number();
        return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
    }
    /// Items take at least `least` bytes each, which bounds what a damaged count can ask for.
    std::size_t count(std::size_t least) {
        const std::uint64_t value = number();
        if (value > (bytes_.size() - next_) / least) throw DamagedBlob("promises more than it holds");
        return static_cast<std::size_t>(value);
    }
    ByteRange range() {
        ByteRange range;
        range.begin = sum(previous_, integer());
        range.end = sum(range.begin, integer());
        previous_ = range.end;
        return range;
    }
    static std::int64_t sum(std::int64_t a, std::int64_t b) {
        std::int64_t result = 0;
        if (__builtin_add_overflow(a, b, &result)) throw DamagedBlob("holds a number out of range");
        return result;
    }
    void end() const {
        if (next_ != bytes_.size()) throw DamagedBlob("has bytes too many");
    }

 private:
    std::string_view bytes_;
    std::size_t next_ = 0;
    std::int64_t previous_ = 0;
};

}  // namespace

std::uint32_t checksum(std::string_view bytes, std::uint32_t start) {
    return static_cast<std::uint32_t>(
        crc32_z(start, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

std::string encode_ranges(std::span<const ByteRange> ranges) {
    Writer writer;
    writer.number(ranges.size());
    for (const ByteRange& range : ranges) writer.range(range);
    return writer.take();
}

std::vector<ByteRange> decode_ranges(std::string_view blob) {
    Reader reader(blob);
    std::vector<ByteRange> ranges(reader.count(2));
    for (ByteRange& range : ranges) range = reader.range();
    reader.end();
    return ranges;
}

std::string encode_blocks(std::span<const documents::Block> blocks) {
    Writer writer;
    writer.number(blocks.size());
    for (const documents::Block& block : blocks) {
        writer.number(static_cast<std::uint64_t>(block.kind));
        writer.integer(block.level);
        writer.range(block.range);
    }
    return writer.take();
}

std::vector<documents::Block> decode_blocks(std::string_view blob) {
    Reader reader(blob);
    std::vector<documents::Block> blocks(reader.count(4));
    for (documents::Block& block : blocks) {
        const std::uint64_t kind = reader.number();
        if (kind > static_cast<std::uint64_t>(documents::BlockKind::Term)) {
            throw DamagedBlob("holds an unknown kind of block");
        }
        block.kind = static_cast<documents::BlockKind>(kind);
        block.level = static_cast<int>(reader.integer());
        block.range = reader.range();
    }
    reader.end();
    return blocks;
}

std::string encode_source_map(std::span<const documents::SourceAnchor> anchors) {
    Writer writer;
    writer.number(anchors.size());
    documents::SourceAnchor previous;
    for (const documents::SourceAnchor& anchor : anchors) {
        writer.integer(anchor.text_offset - previous.text_offset);
        writer.integer(anchor.source_offset - previous.source_offset);
        previous = anchor;
    }
    return writer.take();
}

std::vector<documents::SourceAnchor> decode_source_map(std::string_view blob) {
    Reader reader(blob);
    std::vector<documents::SourceAnchor> anchors(reader.count(2));
    documents::SourceAnchor previous;
    for (documents::SourceAnchor& anchor : anchors) {
        anchor.text_offset = Reader::sum(previous.text_offset, reader.integer());
        anchor.source_offset = Reader::sum(previous.source_offset, reader.integer());
        previous = anchor;
    }
    reader.end();
    return anchors;
}

std::string encode_units(std::span<const documents::Unit> units) {
    Writer writer;
    writer.number(units.size());
    for (const documents::Unit& unit : units) {
        writer.range(unit.range);
        writer.number(unit.ids.size());
        for (const std::int32_t id : unit.ids) writer.number(static_cast<std::uint32_t>(id));
    }
    return writer.take();
}

UnitTable decode_units(std::string_view blob) {
    Reader reader(blob);
    UnitTable table;
    const std::size_t units = reader.count(3);
    table.ranges.reserve(units);
    table.offsets.reserve(units + 1);
    table.offsets.push_back(0);
    for (std::size_t u = 0; u < units; ++u) {
        table.ranges.push_back(reader.range());
        const std::size_t tokens = reader.count(1);
        for (std::size_t t = 0; t < tokens; ++t) {
            const std::uint64_t id = reader.number();
            if (id > static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max())) {
                throw DamagedBlob("holds a token id out of range");
            }
            table.ids.push_back(static_cast<std::int32_t>(id));
        }
        table.offsets.push_back(static_cast<std::int64_t>(table.ids.size()));
    }
    reader.end();
    return table;
}

std::string encode_windows(const WindowTable& windows) {
    Writer writer;
    writer.number(windows.document.size());
    std::int64_t previous = 0;
    for (std::size_t w = 0; w < windows.document.size(); ++w) {
        writer.integer(windows.document[w].value - previous);
        writer.number(windows.filled[w]);
        previous = windows.document[w].value;
    }
    return writer.take();
}

WindowTable decode_windows(std::string_view blob) {
    Reader reader(blob);
    WindowTable windows;
    const std::size_t count = reader.count(2);
    std::int64_t previous = 0;
    for (std::size_t w = 0; w < count; ++w) {
        previous = Reader::sum(previous, reader.integer());
        windows.document.push_back(DocumentId{previous});
        const std::uint64_t filled = reader.number();
        if (filled > std::numeric_limits<std::uint16_t>::max())
            throw DamagedBlob("holds a number out of range");
        windows.filled.push_back(static_cast<std::uint16_t>(filled));
    }
    reader.end();
    return windows;
}

std::string encode_numbers(std::span<const std::uint16_t> numbers) {
    const std::size_t groups = (numbers.size() + kGroup - 1) / kGroup;
    std::string blob;
    blob.reserve(2 * groups + numbers.size());
    std::vector<float> scales;
    for (std::size_t begin = 0; begin < numbers.size(); begin += kGroup) {
        float largest = 0;
        for (const std::uint16_t number : numbers.subspan(begin, std::min(kGroup, numbers.size() - begin)))
            largest = std::max(largest, std::abs(kernels::from_bf16(number)));
        if (!std::isfinite(largest)) throw std::invalid_argument("a number to be stored is not finite");
        // Rounded up: the largest then takes no more than 127.
        const auto scale = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(largest / 127) >> 16);
        const std::uint16_t up = largest > 0 ? static_cast<std::uint16_t>(scale + 1) : scale;
        blob.push_back(static_cast<char>(up & 0xff));
        blob.push_back(static_cast<char>(up >> 8));
        scales.push_back(kernels::from_bf16(up));
    }
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const float scale = scales[i / kGroup];
        const float code = scale > 0 ? std::nearbyint(kernels::from_bf16(numbers[i]) / scale) : 0;
        blob.push_back(static_cast<char>(static_cast<std::int8_t>(std::clamp(code, -127.0F, 127.0F))));
    }
    return blob;
}

void decode_numbers(std::string_view blob, std::vector<std::uint16_t>& numbers) {
    // n numbers take n bytes and two for each group begun.
    const std::size_t full = blob.size() / (kGroup + 2), rest = blob.size() % (kGroup + 2);
    if (rest == 1 || rest == 2) throw DamagedBlob("is cut short");
    const std::size_t groups = full + (rest > 0 ? 1 : 0), count = blob.size() - 2 * groups;
    const auto byte = [&](std::size_t at) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(blob[at]));
    };
    numbers.reserve(numbers.size() + count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t group = i / kGroup;
        const float scale =
            kernels::from_bf16(static_cast<std::uint16_t>(byte(2 * group) | byte(2 * group + 1) << 8));
        const float value = scale * static_cast<float>(static_cast<std::int8_t>(blob[2 * groups + i]));
        numbers.push_back(kernels::to_bf16(value));
    }
}

}  // namespace corpuscope::library
