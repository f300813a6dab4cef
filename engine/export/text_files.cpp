// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The formats that people and spreadsheets read: a line a row, with where it comes from.
#include <array>
#include <bit>
#include <charconv>
#include <nlohmann/json.hpp>

#include "engine/export/atomic_file.h"
#include "engine/export/vector_file.h"
#include "engine/longnet/half.h"

namespace corpuscope::exporting {
namespace {

/// The shortest text that reads back as the same float; with F16 of the value rounded to it.
void append_number(std::string& line, float value) {
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    line.append(buffer.data(), end);
}

std::vector<float> rounded(std::span<const float> vector, ElementType element) {
    std::vector<float> values(vector.begin(), vector.end());
    if (element == ElementType::F32) return values;
    const auto halves = elements(vector, element);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto low = std::to_integer<unsigned>(halves[2 * i]);
        const auto high = std::to_integer<unsigned>(halves[2 * i + 1]);
        values[i] = longnet::fp16_to_float(static_cast<std::uint16_t>(low | high << 8));
    }
    return values;
}

void append_vector(std::string& line, std::span<const float> vector, ElementType element, char separator) {
    const auto values = rounded(vector, element);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) line += separator;
        append_number(line, values[i]);
    }
}

class JsonlFile : public VectorFile {
 public:
    JsonlFile(const std::filesystem::path& path, ElementType element) : file_(path), element_(element) {}

    void add(const Row& row, std::span<const float> vector) override {
        const nlohmann::ordered_json source = {
            {"path", row.path}, {"start", row.range.begin}, {"end", row.range.end}, {"page", row.page}};
        std::string line = source.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        line.pop_back();
        line += ",\"vector\":[";
        append_vector(line, vector, element_, ',');
        file_.write(line + "]}\n");
    }
    void finish() override { file_.commit(); }

 private:
    AtomicFile file_;
    ElementType element_;
};

class TableFile : public VectorFile {
 public:
    TableFile(const std::filesystem::path& path, ElementType element, char separator, std::int64_t dimension)
        : file_(path), element_(element), separator_(separator) {
        std::string line = "path";
        for (const char* name : {"start", "end", "page"}) append(line, name);
        for (std::int64_t i = 0; i < dimension; ++i)
            append(line, std::string(1, 'v').append(std::to_string(i)));
        file_.write(line + '\n');
    }

    void add(const Row& row, std::span<const float> vector) override {
        std::string line = field(row.path);
        for (const std::int64_t number : {row.range.begin, row.range.end, std::int64_t{row.page}})
            append(line, std::to_string(number));
        line += separator_;
        append_vector(line, vector, element_, separator_);
        file_.write(line + '\n');
    }
    void finish() override { file_.commit(); }

 private:
    void append(std::string& line, const std::string& column) const {
        line += separator_;
        line += column;
    }

    std::string field(const std::string& text) const {
        if (text.find_first_of(std::string("\"\r\n") + separator_) == std::string::npos) return text;
        std::string quoted = "\"";
        for (const char c : text) {
            if (c == '"') quoted += '"';
            quoted += c;
        }
        return quoted + '"';
    }

    AtomicFile file_;
    ElementType element_;
    char separator_;
};

}  // namespace

std::unique_ptr<VectorFile> make_jsonl_file(const std::filesystem::path& path, ElementType element) {
    return std::make_unique<JsonlFile>(path, element);
}

std::unique_ptr<VectorFile> make_table_file(const std::filesystem::path& path, ElementType element,
                                            char separator, std::int64_t dimension) {
    return std::make_unique<TableFile>(path, element, separator, dimension);
}

}  // namespace corpuscope::exporting
