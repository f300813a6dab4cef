// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads Parquet files with plain pages that are not compressed, by the format's own description
// (apache/parquet-format) and Thrift's compact protocol, so that tests see what other programs would.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace corpuscope::tests {

/// Any value of Thrift's compact protocol.
struct ThriftValue {
    std::int64_t number = 0;
    std::string text;
    std::vector<ThriftValue> items;
    std::map<int, ThriftValue> fields;
    const ThriftValue& operator[](int id) const { return fields.at(id); }
    bool has(int id) const { return fields.contains(id); }
};

class ThriftReader {
 public:
    explicit ThriftReader(std::string_view bytes) : bytes_(bytes) {}
    ThriftValue structure() {
        ThriftValue value;
        for (int id = 0;;) {
            const int head = byte();
            if (head == 0) return value;
            id = head >> 4 != 0 ? id + (head >> 4) : static_cast<int>(integer());
            value.fields[id] = read(head & 15);
        }
    }
    std::size_t at() const { return at_; }

 private:
    int byte() { return static_cast<unsigned char>(bytes_.at(at_++)); }
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (int shift = 0;; shift += 7) {
            const int next = byte();
            value |= static_cast<std::uint64_t>(next & 127) << shift;
            if (next < 128) return value;
        }
    }
    std::int64_t integer() {
        const std::uint64_t value = varint();
        return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
    }
    ThriftValue read(int type) {
        ThriftValue value;
        if (type == 5 || type == 6) {
            value.number = integer();
        } else if (type == 8) {
            const auto size = static_cast<std::size_t>(varint());
            value.text = bytes_.substr(at_, size);
            at_ += size;
        } else if (type == 9) {
            const int head = byte();
            const auto count = head >> 4 == 15 ? varint() : static_cast<std::uint64_t>(head >> 4);
            for (std::uint64_t i = 0; i < count; ++i) value.items.push_back(read(head & 15));
        } else if (type == 12) {
            value = structure();
        } else {
            throw std::runtime_error("Thrift type " + std::to_string(type));
        }
        return value;
    }
    std::string_view bytes_;
    std::size_t at_ = 0;
};

class ParquetReader {
 public:
    explicit ParquetReader(std::string_view bytes) : bytes_(bytes) {
        if (!bytes.starts_with("PAR1") || !bytes.ends_with("PAR1"))
            throw std::runtime_error("not a Parquet file");
        const auto size = number<std::uint32_t>(bytes.size() - 8);
        footer_ = ThriftReader(bytes.substr(bytes.size() - 8 - size, size)).structure();
    }

    const ThriftValue& footer() const { return footer_; }
    std::int64_t rows() const { return footer_[3].number; }
    std::size_t groups() const { return footer_[4].items.size(); }

    std::vector<std::string> texts(std::size_t column) const {
        std::vector<std::string> all;
        for (const std::string_view page : pages(column))
            for (std::size_t at = 0; at < page.size();) {
                std::uint32_t size = 0;
                std::memcpy(&size, page.data() + at, 4);
                all.emplace_back(page.substr(at + 4, size));
                at += 4 + size;
            }
        return all;
    }
    template <typename Number>
    std::vector<Number> numbers(std::size_t column) const {
        std::vector<Number> all;
        for (const std::string_view page : pages(column)) append(page, all);
        return all;
    }
    /// Of a column of lists: their numbers one after another, and how many each list has.
    template <typename Number>
    std::vector<Number> list_numbers(std::size_t column, std::vector<std::int64_t>& lengths) const {
        std::vector<Number> all;
        for (std::string_view page : pages(column)) {
            const auto repeats = levels(page), defined = levels(page);
            for (const int repeated : repeats) {
                if (repeated == 0) lengths.push_back(0);
                ++lengths.back();
            }
            for (const int level : defined)
                if (level != 1) throw std::runtime_error("a number is missing");
            append(page, all);
        }
        return all;
    }

 private:
    template <typename Number>
    Number number(std::size_t at) const {
        Number value;
        std::memcpy(&value, bytes_.data() + at, sizeof value);
        return value;
    }
    template <typename Number>
    static void append(std::string_view page, std::vector<Number>& to) {
        const std::size_t before = to.size();
        to.resize(before + page.size() / sizeof(Number));
        std::memcpy(to.data() + before, page.data(), page.size());
    }
    /// Runs of levels of one bit, taken off the front of a page.
    static std::vector<int> levels(std::string_view& page) {
        std::uint32_t size = 0;
        std::memcpy(&size, page.data(), 4);
        std::string_view runs = page.substr(4, size);
        page.remove_prefix(4 + size);
        std::vector<int> all;
        while (!runs.empty()) {
            std::uint64_t head = 0;
            for (int shift = 0;; shift += 7) {
                const auto next = static_cast<unsigned char>(runs.front());
                runs.remove_prefix(1);
                head |= static_cast<std::uint64_t>(next & 127) << shift;
                if (next < 128) break;
            }
            if (head % 2 != 0) throw std::runtime_error("levels in packed bits");
            all.insert(all.end(), static_cast<std::size_t>(head / 2), runs.front());
            runs.remove_prefix(1);
        }
        return all;
    }
    /// Contents of the pages of a column, one of each row group.
    std::vector<std::string_view> pages(std::size_t column) const {
        std::vector<std::string_view> all;
        for (const ThriftValue& group : footer_[4].items) {
            const ThriftValue& chunk = group[1].items.at(column)[3];
            const auto rest = bytes_.substr(static_cast<std::size_t>(chunk[9].number));
            ThriftReader reader(rest);
            const ThriftValue header = reader.structure();
            if (header[5][1].number != chunk[5].number) throw std::runtime_error("values are missing");
            all.push_back(rest.substr(reader.at(), static_cast<std::size_t>(header[3].number)));
        }
        return all;
    }

    std::string_view bytes_;
    ThriftValue footer_;
};

}  // namespace corpuscope::tests
