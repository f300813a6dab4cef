// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/text_encoding.h"

#include <uchardet/uchardet.h>
#include <unicode/ucnv.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "engine/documents/utf8.h"

namespace corpuscope::documents {
namespace {

struct ByteOrderMark {
    std::string_view bytes;
    std::string_view encoding;
};

// UTF-32 before UTF-16: its little-endian mark begins like that of UTF-16.
constexpr std::array<ByteOrderMark, 5> kMarks = {{{{"\xEF\xBB\xBF", 3}, "UTF-8"},
                                                  {{"\xFF\xFE\0\0", 4}, "UTF-32LE"},
                                                  {{"\0\0\xFE\xFF", 4}, "UTF-32BE"},
                                                  {{"\xFF\xFE", 2}, "UTF-16LE"},
                                                  {{"\xFE\xFF", 2}, "UTF-16BE"}}};

const ByteOrderMark* find_mark(std::string_view bytes) {
    for (const ByteOrderMark& mark : kMarks)
        if (bytes.starts_with(mark.bytes)) return &mark;
    return nullptr;
}

struct Utf8Census {
    std::int64_t malformed = 0, multibyte = 0;
};

Utf8Census census_of(std::string_view bytes) {
    Utf8Census census;
    for (std::size_t i = 0; i < bytes.size();) {
        const std::size_t length = character_length(bytes, i);
        if (length == 0) ++census.malformed;
        if (length > 1) ++census.multibyte;
        i += length == 0 ? malformed_length(bytes, i) : length;
    }
    return census;
}

// UTF-16 without a mark: in nearly every script many characters, spaces and line ends at least, have a zero
// high byte.
std::optional<std::string_view> utf16_by_zero_bytes(std::string_view bytes) {
    const std::size_t looked_at = std::min<std::size_t>(bytes.size(), 8192) & ~std::size_t{1};
    std::size_t even = 0, odd = 0;
    for (std::size_t i = 0; i < looked_at; i += 2) {
        even += bytes[i] == 0;
        odd += bytes[i + 1] == 0;
    }
    const std::size_t characters = looked_at / 2;
    if (characters < 4) return std::nullopt;
    if (odd > characters / 8 && even == 0) return "UTF-16LE";
    if (even > characters / 8 && odd == 0) return "UTF-16BE";
    return std::nullopt;
}

/// ICU's name; empty if it knows none.
std::string icu_name(const std::string& encoding) {
    UErrorCode status = U_ZERO_ERROR;
    const char* known = ucnv_getAlias(encoding.c_str(), 0, &status);
    return U_SUCCESS(status) && known ? known : "";
}

/// The encoding that is meant by that name: programs write the old name of an encoding on texts in the one
/// that grew out of it, as Latin-1 on curly quotes. Empty for one that is not known, and for ASCII, which
/// texts that need a name are not in.
std::string encoding_named(const std::string& name) {
    struct Successor {
        const char *old, *encoding;
    };
    static constexpr std::array<Successor, 9> kSuccessors = {{{"ISO-8859-1", "windows-1252"},
                                                              {"ISO-8859-9", "windows-1254"},
                                                              {"ISO-8859-11", "windows-874"},
                                                              {"TIS-620", "windows-874"},
                                                              {"EUC-KR", "windows-949"},
                                                              {"ks_c_5601-1987", "windows-949"},
                                                              {"GB2312", "gb18030"},
                                                              {"GBK", "gb18030"},
                                                              {"US-ASCII", ""}}};
    if (name == "UHC") return "windows-949";  // uchardet's name, which ICU does not know
    const std::string known = icu_name(name);
    if (known.empty()) return {};
    for (const Successor& successor : kSuccessors)
        if (known == icu_name(successor.old)) return successor.encoding;
    return known;
}

std::string guess(std::string_view bytes) {
    const std::unique_ptr<uchardet, decltype(&uchardet_delete)> detector(uchardet_new(), &uchardet_delete);
    // A megabyte tells as much as a gigabyte.
    uchardet_handle_data(detector.get(), bytes.data(),
                         std::min<std::size_t>(bytes.size(), std::size_t{1} << 20));
    uchardet_data_end(detector.get());
    const std::string name = encoding_named(uchardet_get_charset(detector.get()));
    return name.empty() ? "windows-1252" : name;
}

/// Of an encoding whose bytes all look like ASCII; empty where these are of none.
std::string seven_bit_encoding(std::string_view bytes, const std::string& declared) {
    const auto is_iso_2022 = [](const std::string& name) { return name.starts_with("ISO_2022"); };
    if (is_iso_2022(declared) || declared == "HZ" || declared == "UTF-7") return declared;
    // What begins a character set of two bytes; colours of a terminal have a bracket there.
    if (bytes.find("\x1B$") == std::string_view::npos) return {};
    const std::string guessed = guess(bytes);
    return is_iso_2022(guessed) ? guessed : std::string();
}

std::string choose_encoding(std::string_view bytes, std::string_view declared_name) {
    const Utf8Census census = census_of(bytes);
    if (const auto utf16 = utf16_by_zero_bytes(bytes)) return std::string(*utf16);
    const std::string declared = encoding_named(std::string(declared_name));
    if (census.malformed == 0) {
        const std::string seven_bit =
            census.multibyte == 0 ? seven_bit_encoding(bytes, declared) : std::string();
        return seven_bit.empty() ? "UTF-8" : seven_bit;
    }
    if (!declared.empty()) return declared;
    // Mostly well-formed: UTF-8 with some damage. No other encoding looks like that by chance.
    if (census.multibyte > 2 * census.malformed) return "UTF-8";
    return guess(bytes);
}

// Appends characters, keeping the map: an anchor where a word begins elsewhere than the last anchor leads to
// expect.
class Assembler {
 public:
    explicit Assembler(DecodedText& result) : result_(result) { result_.source_map.push_back({0, 0}); }

    void put(std::string_view character, char32_t c, std::int64_t source) {
        if (c == '\n' && after_return_) {
            after_return_ = false;
            return;
        }
        after_return_ = c == '\r';
        const bool separator =
            c == '\r' || c == '\n' || c == '\f' || c == '\v' || c == 0x85 || c == 0x2028 || c == 0x2029;
        if (c == 0) {
            ++dropped_;
            return;
        }
        if (at_word_start_) anchor(source);
        result_.text += separator ? std::string_view("\n") : character;
        // Cells of separated values begin behind these, words mostly behind the first two.
        constexpr std::u32string_view kBeforeWords = U" \t,;|\"";
        at_word_start_ = separator || c == 0xFFFD || kBeforeWords.find(c) != kBeforeWords.npos;
    }

    std::int64_t dropped() const { return dropped_; }

 private:
    void anchor(std::int64_t source) {
        const auto here = static_cast<std::int64_t>(result_.text.size());
        SourceAnchor& last = result_.source_map.back();
        if (last.source_offset + (here - last.text_offset) == source) return;
        if (last.text_offset == here)
            last.source_offset = source;
        else
            result_.source_map.push_back({here, source});
    }

    DecodedText& result_;
    bool after_return_ = false;
    bool at_word_start_ = true;
    std::int64_t dropped_ = 0;
};

std::int64_t decode_utf8(std::string_view bytes, std::int64_t first, Assembler& out) {
    std::int64_t malformed = 0;
    for (std::size_t i = 0; i < bytes.size();) {
        const std::size_t length = character_length(bytes, i);
        const std::int64_t source = first + static_cast<std::int64_t>(i);
        if (length == 0) {
            ++malformed;
            out.put(kReplacement, 0xFFFD, source);
            i += malformed_length(bytes, i);
        } else {
            out.put(bytes.substr(i, length), code_point(bytes, i), source);
            i += length;
        }
    }
    return malformed;
}

using Converter = std::unique_ptr<UConverter, decltype(&ucnv_close)>;

// -1 if ICU knows no such encoding.
std::int64_t decode_with_icu(std::string_view bytes, std::int64_t first, const std::string& encoding,
                             Assembler& out) {
    UErrorCode status = U_ZERO_ERROR;
    const Converter converter(ucnv_open(encoding.c_str(), &status), &ucnv_close);
    if (U_FAILURE(status)) return -1;

    std::int64_t malformed = 0;
    std::array<UChar, 4096> units{};
    std::array<std::int32_t, 4096> offsets{};
    UChar high = 0;
    std::int64_t high_source = 0;
    const auto put = [&](char32_t c, std::int64_t source) {
        std::array<char, 4> buffer{};
        std::int32_t length = 0;
        U8_APPEND_UNSAFE(buffer.data(), length, c);
        malformed += c == 0xFFFD;
        out.put({buffer.data(), static_cast<std::size_t>(length)}, c, source);
    };

    const char* const end = bytes.data() + bytes.size();
    for (const char* from = bytes.data();;) {
        const std::int64_t chunk = first + (from - bytes.data());
        UChar* to = units.data();
        status = U_ZERO_ERROR;
        ucnv_toUnicode(converter.get(), &to, units.data() + units.size(), &from, end, offsets.data(), true,
                       &status);
        std::int64_t source = chunk;
        for (UChar* unit = units.data(); unit != to; ++unit) {
            // -1: the character began in the chunk before.
            const std::int32_t offset = offsets[static_cast<std::size_t>(unit - units.data())];
            if (offset >= 0) source = chunk + offset;
            if (U16_IS_LEAD(*unit)) {
                high = *unit;
                high_source = source;
            } else if (U16_IS_TRAIL(*unit)) {
                put(high ? U16_GET_SUPPLEMENTARY(high, *unit) : 0xFFFD, high ? high_source : source);
                high = 0;
            } else {
                put(*unit, source);
            }
        }
        if (status != U_BUFFER_OVERFLOW_ERROR) break;
    }
    return malformed;
}

}  // namespace

DecodedText decode_text(std::string_view bytes, std::string_view declared) {
    DecodedText result;
    result.text.reserve(bytes.size());
    Assembler out(result);
    const ByteOrderMark* mark = find_mark(bytes);
    const auto first = static_cast<std::int64_t>(mark ? mark->bytes.size() : 0);
    const std::string_view body = bytes.substr(static_cast<std::size_t>(first));
    result.encoding = mark ? std::string(mark->encoding) : choose_encoding(body, declared);

    std::int64_t malformed =
        result.encoding == "UTF-8" ? -1 : decode_with_icu(body, first, result.encoding, out);
    if (malformed < 0) {
        result.encoding = "UTF-8";
        malformed = decode_utf8(body, first, out);
    }
    if (malformed > 0)
        result.warnings.push_back(std::to_string(malformed) + " places could not be decoded as " +
                                  result.encoding + " and show U+FFFD instead");
    if (out.dropped() > 0)
        result.warnings.push_back(std::to_string(out.dropped()) + " zero bytes were left out");
    return result;
}

std::string_view without_mark(std::string_view bytes) {
    return bytes.starts_with(kMarks[0].bytes) ? bytes.substr(kMarks[0].bytes.size()) : bytes;
}

std::string with_windows_punctuation(const std::string& text) {
    std::string result;
    std::size_t done = 0;
    for (std::size_t at = text.find('\xC2'); at != std::string::npos; at = text.find('\xC2', at + 1)) {
        if (at + 1 == text.size() || static_cast<unsigned char>(text[at + 1]) >= 0xA0) continue;
        result.append(text, done, at - done);
        result += decode_text(std::string_view(text).substr(at + 1, 1), "windows-1252").text;
        done = at + 2;
    }
    return result.append(text, done);
}

bool looks_binary(std::string_view bytes) {
    if (const ByteOrderMark* mark = find_mark(bytes))
        return mark->encoding == "UTF-8" && looks_binary(bytes.substr(3));
    if (utf16_by_zero_bytes(bytes)) return false;
    const std::string_view head = bytes.substr(0, 65536);
    std::size_t controls = 0;
    for (const char byte : head) {
        if (byte == 0) return true;
        // Escape begins the colours of terminal output.
        controls +=
            static_cast<unsigned char>(byte) < 0x20 && !is_space(byte) && byte != '\x1B' && byte != '\b';
    }
    return controls * 50 > head.size();
}

}  // namespace corpuscope::documents
