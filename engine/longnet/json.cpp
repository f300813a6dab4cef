// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/json.h"

#include <charconv>
#include <cmath>
#include <stdexcept>

namespace corpuscope::longnet {
namespace {

constexpr int kMaxDepth = 64;

void append_utf8(std::string& out, std::uint32_t code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | (code >> 6));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | (code >> 12));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | (code >> 18));
        out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
}

class Parser {
 public:
    explicit Parser(std::string_view text) : text_(text) {}

    Json document() {
        Json value = parse_value(0);
        skip_space();
        if (at_ != text_.size()) fail("text after the value");
        return value;
    }

 private:
    [[noreturn]] void fail(const std::string& what) const {
        throw std::runtime_error("JSON: " + what + " at byte " + std::to_string(at_));
    }

    void skip_space() {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
            ++at_;
    }

    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    void expect(char c) {
        skip_space();
        if (peek() != c) fail(std::string("'") + c + "' expected");
        ++at_;
    }

    bool accept(char c) {
        skip_space();
        if (peek() != c) return false;
        ++at_;
        return true;
    }

    Json parse_value(int depth) {
        if (depth > kMaxDepth) fail("nested too deeply");
        skip_space();
        switch (peek()) {
            case '{':
                return parse_object(depth);
            case '[':
                return parse_array(depth);
            case '"':
                return Json(parse_string());
            case 't':
                return literal("true", Json(true));
            case 'f':
                return literal("false", Json(false));
            case 'n':
                return literal("null", Json());
            default:
                return parse_number();
        }
    }

    Json literal(std::string_view word, Json value) {
        if (text_.substr(at_, word.size()) != word) fail("a value expected");
        at_ += word.size();
        return value;
    }

    Json parse_object(int depth) {
        expect('{');
        Json::Object members;
        if (accept('}')) return Json(std::move(members));
        do {
            skip_space();
            std::string key = parse_string();
            expect(':');
            Json value = parse_value(depth + 1);
            members.emplace_back(std::move(key), std::move(value));
        } while (accept(','));
        expect('}');
        return Json(std::move(members));
    }

    Json parse_array(int depth) {
        expect('[');
        Json::Array values;
        if (accept(']')) return Json(std::move(values));
        do values.push_back(parse_value(depth + 1));
        while (accept(','));
        expect(']');
        return Json(std::move(values));
    }

    Json parse_number() {
        const char* begin = text_.data() + at_;
        const char* end = text_.data() + text_.size();
        std::int64_t whole = 0;
        const auto as_integer = std::from_chars(begin, end, whole);
        double real = 0;
        const auto as_real = std::from_chars(begin, end, real);
        const bool starts_well = begin != end && (*begin == '-' || (*begin >= '0' && *begin <= '9'));
        if (!starts_well || as_real.ec != std::errc() || !std::isfinite(real)) fail("a value expected");
        at_ += static_cast<std::size_t>(as_real.ptr - begin);
        const bool is_integer = as_integer.ec == std::errc() && as_integer.ptr == as_real.ptr;
        return is_integer ? Json(whole) : Json(real);
    }

    std::uint32_t parse_hex4() {
        std::uint32_t code = 0;
        const std::string_view digits = text_.substr(at_, 4);
        const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        if (digits.size() != 4 || result.ptr != digits.data() + 4) fail("four hexadecimal digits expected");
        at_ += 4;
        return code;
    }

    std::uint32_t parse_escaped_code_point() {
        const std::uint32_t high = parse_hex4();
        if (high < 0xD800 || high > 0xDFFF) return high;
        if (high > 0xDBFF || text_.substr(at_, 2) != "\\u") fail("half a surrogate pair");
        at_ += 2;
        const std::uint32_t low = parse_hex4();
        if (low < 0xDC00 || low > 0xDFFF) fail("half a surrogate pair");
        return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    }

    void parse_escape(std::string& out) {
        const char c = peek();
        ++at_;
        switch (c) {
            case '"':
            case '\\':
            case '/':
                out += c;
                break;
            case 'b':
                out += '\b';
                break;
            case 'f':
                out += '\f';
                break;
            case 'n':
                out += '\n';
                break;
            case 'r':
                out += '\r';
                break;
            case 't':
                out += '\t';
                break;
            case 'u':
                append_utf8(out, parse_escaped_code_point());
                break;
            default:
                fail("unknown escape");
        }
    }

    std::string parse_string() {
        expect('"');
        std::string out;
        while (true) {
            if (at_ >= text_.size()) fail("a string that does not end");
            const char c = text_[at_];
            if (static_cast<unsigned char>(c) < 0x20) fail("a control character in a string");
            ++at_;
            if (c == '"') return out;
            if (c == '\\')
                parse_escape(out);
            else
                out += c;
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

template <typename T, typename Variant>
const T& get_as(const Variant& value, const char* kind) {
    if (const T* held = std::get_if<T>(&value)) return *held;
    throw std::runtime_error(std::string("JSON: ") + kind + " expected");
}

}  // namespace

Json Json::parse(std::string_view text) { return Parser(text).document(); }

bool Json::boolean() const { return get_as<bool>(value_, "true or false"); }

double Json::number() const {
    if (const auto* whole = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*whole);
    return get_as<double>(value_, "a number");
}

std::int64_t Json::integer() const { return get_as<std::int64_t>(value_, "a whole number"); }
const std::string& Json::string() const { return get_as<std::string>(value_, "a string"); }
const Json::Array& Json::array() const { return get_as<Array>(value_, "an array"); }
const Json::Object& Json::object() const { return get_as<Object>(value_, "an object"); }

const Json* Json::find(std::string_view key) const {
    for (const auto& [name, value] : object())
        if (name == key) return &value;
    return nullptr;
}

const Json& Json::at(std::string_view key) const {
    if (const Json* value = find(key)) return *value;
    throw std::runtime_error("JSON: \"" + std::string(key) + "\" is missing");
}

std::string quote_json(std::string_view text) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        } else {
            out += c;
        }
    }
    return out + '"';
}

}  // namespace corpuscope::longnet
