// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace corpuscope::exporting {

/// A varint: seven bits a byte, lowest first, the highest bit set where more follow.
void append_varint(std::string& out, std::uint64_t value);

/// One struct of Apache Thrift's compact protocol, in which a Parquet file describes itself, appended to
/// `out` as its fields are set; the destructor ends it. Fields are set in ascending order of their ids.
/// Source: "Thrift Compact protocol encoding", doc/specs/thrift-compact-protocol.md of Apache Thrift.
class ThriftStruct {
 public:
    explicit ThriftStruct(std::string& out) : out_(out) {}
    ~ThriftStruct() { out_ += '\0'; }
    ThriftStruct(const ThriftStruct&) = delete;
    ThriftStruct& operator=(const ThriftStruct&) = delete;

    void i32(int id, std::int32_t value);
    void i64(int id, std::int64_t value);
    void text(int id, std::string_view value);
    void i32s(int id, std::span<const std::int32_t> values);
    void texts(int id, std::span<const std::string_view> values);

    /// A field that is a struct; fill(ThriftStruct&) sets its fields.
    template <typename Fill>
    void structure(int id, const Fill& fill) {
        begin_field(id, Type::Struct);
        ThriftStruct inner(out_);
        fill(inner);
    }
    /// A list of structs; fill(ThriftStruct&, item) sets the fields of each.
    template <typename Item, typename Fill>
    void structures(int id, std::span<const Item> items, const Fill& fill) {
        begin_list(id, Type::Struct, items.size());
        for (const Item& item : items) {
            ThriftStruct inner(out_);
            fill(inner, item);
        }
    }

 private:
    enum class Type : std::uint8_t { I32 = 5, I64 = 6, Binary = 8, List = 9, Struct = 12 };

    void begin_field(int id, Type type);
    void begin_list(int id, Type type, std::size_t count);
    void append_integer(std::int64_t value);
    void append_text(std::string_view value);

    std::string& out_;
    int last_ = 0;  ///< id of the field before
};

}  // namespace corpuscope::exporting
