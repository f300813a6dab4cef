// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Apache Parquet, as data frames read it: columns path, start, end, page and vector, a list of float32 or
// float16 in each row. Plain pages, not compressed, since numbers of vectors do not get smaller. Numbers of
// types, fields and encodings are those of parquet.thrift in apache/parquet-format 2.11.
#include <QString>
#include <array>
#include <bit>

#include "engine/export/atomic_file.h"
#include "engine/export/thrift_struct.h"
#include "engine/export/vector_file.h"

namespace corpuscope::exporting {
namespace {

static_assert(std::endian::native == std::endian::little, "Parquet's plain encoding is little-endian");

constexpr std::string_view kMagic = "PAR1";
/// Bytes of vectors after which a row group is written: what has to be held in memory.
constexpr std::int64_t kGroupBytes = std::int64_t{16} << 20;

enum PhysicalType : std::int32_t { kInt32 = 1, kInt64 = 2, kFloat = 4, kByteArray = 6, kFixedBytes = 7 };
enum Repetition : std::int32_t { kRequired = 0, kRepeated = 2 };
enum Encoding : std::int32_t { kPlain = 0, kRunLength = 3 };
enum Annotation : int { kNone = 0, kString = 1, kList = 3, kFloat16 = 15 };  ///< fields of LogicalType

/// A leaf of the schema, and its values since the last row group was written.
struct Column {
    PhysicalType type;
    std::vector<std::string_view> path;
    std::string levels, values;  ///< of the page; `levels` empty where every row has one value
    std::int64_t count = 0;      ///< values
};

struct Chunk {
    const Column* column;
    std::int64_t offset, bytes, count;
};
struct RowGroup {
    std::vector<Chunk> chunks;
    std::int64_t rows = 0, bytes = 0;
};

struct SchemaElement {
    std::string_view name;
    std::int32_t type, repetition, children, converted;  ///< < 0: not set
    Annotation annotation = kNone;
};

template <typename Number>
void append_number(std::string& out, Number value) {
    const auto bytes = std::bit_cast<std::array<char, sizeof(Number)>>(value);
    out.append(bytes.data(), bytes.size());
}

/// `count` times the same level of one bit.
void append_run(std::string& out, std::int64_t count, char level) {
    if (count == 0) return;
    append_varint(out, static_cast<std::uint64_t>(count) << 1);
    out += level;
}

void append_sized(std::string& out, std::string_view bytes) {
    append_number(out, static_cast<std::uint32_t>(bytes.size()));
    out += bytes;
}

class ParquetFile : public VectorFile {
 public:
    ParquetFile(const std::filesystem::path& path, ElementType element, std::int64_t dimension)
        : file_(path), element_(element), dimension_(dimension) {
        write(kMagic);
    }

    void add(const Row& row, std::span<const float> vector) override {
        // Names of files need not be UTF-8, which readers take strings for.
        append_sized(path_.values, QString::fromStdString(row.path).toStdString());
        append_number(start_.values, std::int64_t{row.range.begin});
        append_number(end_.values, std::int64_t{row.range.end});
        append_number(page_.values, std::int32_t{row.page});
        const auto numbers = elements(vector, element_);
        vector_.values.append(reinterpret_cast<const char*>(numbers.data()), numbers.size());
        ++rows_;
        if (std::ssize(vector_.values) >= kGroupBytes) write_group();
    }

    void finish() override {
        if (rows_ > 0) write_group();
        std::string footer;
        describe(footer);
        append_number(footer, static_cast<std::uint32_t>(footer.size()));
        write(footer.append(kMagic));
        file_.commit();
    }

 private:
    void write(std::string_view bytes) {
        file_.write(bytes);
        offset_ += std::ssize(bytes);
    }

    void write_group() {
        for (Column* column : {&path_, &start_, &end_, &page_}) column->count = rows_;
        vector_.count = rows_ * dimension_;
        // Each row's list: its first number begins a row, the others repeat; none is missing.
        std::string repetitions, definitions;
        for (std::int64_t row = 0; row < rows_; ++row) {
            append_run(repetitions, 1, 0);
            append_run(repetitions, dimension_ - 1, 1);
        }
        append_run(definitions, vector_.count, 1);
        append_sized(vector_.levels, repetitions);
        append_sized(vector_.levels, definitions);
        RowGroup group;
        group.rows = rows_;
        for (Column* column : {&path_, &start_, &end_, &page_, &vector_}) {
            group.chunks.push_back(write_page(*column));
            group.bytes += group.chunks.back().bytes;
        }
        groups_.push_back(std::move(group));
        rows_ = 0;
    }

    Chunk write_page(Column& column) {
        Chunk chunk{&column, offset_, 0, column.count};
        const auto size = static_cast<std::int32_t>(column.levels.size() + column.values.size());
        std::string header;
        {
            ThriftStruct page(header);
            page.i32(1, 0);  // a data page
            page.i32(2, size);
            page.i32(3, size);
            page.structure(5, [&](ThriftStruct& data) {
                data.i32(1, static_cast<std::int32_t>(column.count));
                data.i32(2, kPlain);
                data.i32(3, kRunLength);
                data.i32(4, kRunLength);
            });
        }
        for (const std::string* part : {&header, &column.levels, &column.values}) write(*part);
        chunk.bytes = offset_ - chunk.offset;
        column.levels.clear();
        column.values.clear();
        return chunk;
    }

    void describe(std::string& footer) const {
        std::int64_t rows = 0;
        for (const RowGroup& group : groups_) rows += group.rows;
        ThriftStruct file(footer);
        file.i32(1, 2);  // version
        file.structures<SchemaElement>(2, schema(), [&](ThriftStruct& to, const SchemaElement& element) {
            describe_element(to, element);
        });
        file.i64(3, rows);
        file.structures<RowGroup>(4, groups_, [](ThriftStruct& to, const RowGroup& group) {
            to.structures<Chunk>(1, group.chunks, describe_chunk);
            to.i64(2, group.bytes);
            to.i64(3, group.rows);
        });
        file.text(6, "Corpuscope");
    }

    std::vector<SchemaElement> schema() const {
        const Annotation half = element_ == ElementType::F16 ? kFloat16 : kNone;
        return {{"schema", -1, -1, 5, -1},
                {"path", kByteArray, kRequired, -1, 0, kString},
                {"start", kInt64, kRequired, -1, -1},
                {"end", kInt64, kRequired, -1, -1},
                {"page", kInt32, kRequired, -1, -1},
                {"vector", -1, kRequired, 1, 3, kList},
                {"list", -1, kRepeated, 1, -1},
                {"element", vector_.type, kRequired, -1, -1, half}};
    }

    static void describe_element(ThriftStruct& to, const SchemaElement& element) {
        if (element.type >= 0) to.i32(1, element.type);
        if (element.type == kFixedBytes) to.i32(2, 2);  // bytes of a float16
        if (element.repetition >= 0) to.i32(3, element.repetition);
        to.text(4, element.name);
        if (element.children >= 0) to.i32(5, element.children);
        if (element.converted >= 0) to.i32(6, element.converted);
        if (element.annotation != kNone)
            to.structure(
                10, [&](ThriftStruct& type) { type.structure(element.annotation, [](ThriftStruct&) {}); });
    }

    static void describe_chunk(ThriftStruct& to, const Chunk& chunk) {
        constexpr std::int32_t kEncodings[] = {kPlain, kRunLength};
        to.i64(2, chunk.offset);
        to.structure(3, [&](ThriftStruct& data) {
            data.i32(1, chunk.column->type);
            data.i32s(2, kEncodings);
            data.texts(3, chunk.column->path);
            data.i32(4, 0);  // not compressed
            data.i64(5, chunk.count);
            data.i64(6, chunk.bytes);
            data.i64(7, chunk.bytes);
            data.i64(9, chunk.offset);
        });
    }

    AtomicFile file_;
    ElementType element_;
    std::int64_t dimension_, rows_ = 0, offset_ = 0;
    Column path_{kByteArray, {"path"}, {}, {}}, start_{kInt64, {"start"}, {}, {}},
        end_{kInt64, {"end"}, {}, {}}, page_{kInt32, {"page"}, {}, {}};
    Column vector_{
        element_ == ElementType::F16 ? kFixedBytes : kFloat, {"vector", "list", "element"}, {}, {}};
    std::vector<RowGroup> groups_;
};

}  // namespace

std::unique_ptr<VectorFile> make_parquet_file(const std::filesystem::path& path, ElementType element,
                                              std::int64_t dimension) {
    return std::make_unique<ParquetFile>(path, element, dimension);
}

}  // namespace corpuscope::exporting
