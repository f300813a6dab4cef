// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads the JSON of config.json and of safetensors headers, so that the encoder builds with a compiler alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace corpuscope::longnet {

/// A JSON value (RFC 8259). Accessors throw std::runtime_error where the value is of another kind.
class Json {
 public:
    using Array = std::vector<Json>;
    using Object = std::vector<std::pair<std::string, Json>>;  ///< in the order of the text

    /// Throws std::runtime_error saying what is wrong at which byte. Nesting beyond 64 levels is refused.
    static Json parse(std::string_view text);

    Json() = default;
    explicit Json(bool value) : value_(value) {}
    explicit Json(double value) : value_(value) {}
    explicit Json(std::int64_t value) : value_(value) {}
    explicit Json(std::string value) : value_(std::move(value)) {}
    explicit Json(Array value) : value_(std::move(value)) {}
    explicit Json(Object value) : value_(std::move(value)) {}

    bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
    bool is_object() const { return std::holds_alternative<Object>(value_); }
    bool is_string() const { return std::holds_alternative<std::string>(value_); }

    bool boolean() const;
    double number() const;
    std::int64_t integer() const;  ///< a number without fraction
    const std::string& string() const;
    const Array& array() const;
    const Object& object() const;

    /// The member of an object, or null where there is none.
    const Json* find(std::string_view key) const;
    /// The member of an object; throws std::runtime_error naming the key where there is none.
    const Json& at(std::string_view key) const;

 private:
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

/// `text` as a JSON string with its quotes.
std::string quote_json(std::string_view text);

}  // namespace corpuscope::longnet
