// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/export/thrift_struct.h"

namespace corpuscope::exporting {

void append_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
    out += static_cast<char>(value);
}

void ThriftStruct::i32(int id, std::int32_t value) {
    begin_field(id, Type::I32);
    append_integer(value);
}

void ThriftStruct::i64(int id, std::int64_t value) {
    begin_field(id, Type::I64);
    append_integer(value);
}

void ThriftStruct::text(int id, std::string_view value) {
    begin_field(id, Type::Binary);
    append_text(value);
}

void ThriftStruct::i32s(int id, std::span<const std::int32_t> values) {
    begin_list(id, Type::I32, values.size());
    for (const std::int32_t value : values) append_integer(value);
}

void ThriftStruct::texts(int id, std::span<const std::string_view> values) {
    begin_list(id, Type::Binary, values.size());
    for (const std::string_view value : values) append_text(value);
}

void ThriftStruct::begin_field(int id, Type type) {
    const int step = id - last_;
    last_ = id;
    const bool near = step > 0 && step < 16;
    out_ += static_cast<char>((near ? step << 4 : 0) | static_cast<int>(type));
    if (!near) append_integer(id);
}

void ThriftStruct::begin_list(int id, Type type, std::size_t count) {
    begin_field(id, Type::List);
    const bool few = count < 15;
    out_ += static_cast<char>((few ? count << 4 : 0xf0U) | static_cast<unsigned>(type));
    if (!few) append_varint(out_, count);
}

/// Zigzag, so that small negative numbers are short too.
void ThriftStruct::append_integer(std::int64_t value) {
    append_varint(out_, static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
}

void ThriftStruct::append_text(std::string_view value) {
    append_varint(out_, value.size());
    out_ += value;
}

}  // namespace corpuscope::exporting
