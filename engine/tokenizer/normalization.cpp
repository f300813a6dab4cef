// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tokenizer/normalization.h"

#include <sentencepiece_trainer.h>
#include <stdlib.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "engine/tokenizer/sentencepiece_model.h"

namespace corpuscope::tokenizer {
namespace {

/// The blocks that BERT takes for ideographs, each a word of its own.
bool is_ideograph(UChar32 c) {
    static constexpr std::array<std::pair<UChar32, UChar32>, 8> kRanges = {{{0x4E00, 0x9FFF},
                                                                            {0x3400, 0x4DBF},
                                                                            {0x20000, 0x2A6DF},
                                                                            {0x2A700, 0x2B73F},
                                                                            {0x2B740, 0x2B81F},
                                                                            {0x2B820, 0x2CEAF},
                                                                            {0xF900, 0xFAFF},
                                                                            {0x2F800, 0x2FA1F}}};
    for (const auto& [first, last] : kRanges)
        if (c >= first && c <= last) return true;
    return false;
}

bool is_space(UChar32 c) { return c == '\t' || c == '\n' || c == '\r' || u_isUWhiteSpace(c); }

bool is_removed(UChar32 c) {
    constexpr std::uint32_t kOther = U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK | U_GC_CS_MASK;
    return c == 0xFFFD || (!is_space(c) && (U_MASK(u_charType(c)) & kOther) != 0);
}

/// All of ASCII that is neither letter, digit nor space counts, as in BERT.
bool is_punctuation(UChar32 c) {
    const bool ascii =
        (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) || (c >= 123 && c <= 126);
    return ascii || (U_MASK(u_charType(c)) & U_GC_P_MASK) != 0;
}

class Rules {
 public:
    Rules(bool lower_case, const std::unordered_set<std::string>& words)
        : lower_case_(lower_case), words_(words) {
        UErrorCode error = U_ZERO_ERROR;
        nfd_ = icu::Normalizer2::getNFDInstance(error);
        if (U_FAILURE(error)) throw std::runtime_error(std::string("ICU: ") + u_errorName(error));
    }

    icu::UnicodeString apply(UChar32 c) const {
        if (is_space(c)) return " ";
        if (is_removed(c)) return "";
        icu::UnicodeString folded(c);
        if (lower_case_) folded = strip_accents(folded).toLower(icu::Locale::getRoot());
        icu::UnicodeString out;
        for (int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
            const UChar32 part = folded.char32At(i);
            if (stands_alone(part))
                out.append(' ').append(part).append(' ');
            else
                out.append(part);
        }
        return out;
    }

 private:
    icu::UnicodeString strip_accents(const icu::UnicodeString& text) const {
        UErrorCode error = U_ZERO_ERROR;
        const icu::UnicodeString decomposed = nfd_->normalize(text, error);
        if (U_FAILURE(error)) return text;
        icu::UnicodeString out;
        for (int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1))
            if (u_charType(decomposed.char32At(i)) != U_NON_SPACING_MARK) out.append(decomposed.char32At(i));
        return out;
    }

    bool stands_alone(UChar32 c) const {
        if (is_punctuation(c)) return true;
        if (!is_ideograph(c)) return false;
        std::string utf8;
        icu::UnicodeString(c).toUTF8String(utf8);
        return words_.contains(utf8);
    }

    bool lower_case_;
    const std::unordered_set<std::string>& words_;
    const icu::Normalizer2* nfd_ = nullptr;
};

/// SentencePiece's rule file: code points of the source, a tab, code points of the target, in hexadecimal.
std::string rule_table(const Rules& rules) {
    std::ostringstream out;
    out << std::hex << std::uppercase;
    for (UChar32 c = 1; c <= 0x10FFFF; ++c) {
        const bool plane_of_private_use = c >= 0xF0000;
        if (!u_isdefined(c) || U_IS_SURROGATE(c) || plane_of_private_use) continue;
        const icu::UnicodeString target = rules.apply(c);
        if (target == icu::UnicodeString(c)) continue;
        out << c << '\t';
        for (int32_t i = 0; i < target.length(); i = target.moveIndex32(i, 1))
            out << (i > 0 ? " " : "") << target.char32At(i);
        out << '\n';
    }
    return out.str();
}

/// A file that is deleted with the object.
class TemporaryFile {
 public:
    explicit TemporaryFile(const std::string& content) {
        std::string name = (std::filesystem::temp_directory_path() / "corpuscope-rules-XXXXXX").string();
        const int descriptor = ::mkstemp(name.data());
        if (descriptor < 0) throw std::system_error(errno, std::generic_category(), name);
        path_ = name;
        std::FILE* file = ::fdopen(descriptor, "wb");
        const bool written =
            file != nullptr && std::fwrite(content.data(), 1, content.size(), file) == content.size();
        if (file == nullptr || std::fclose(file) != 0 || !written) {
            std::filesystem::remove(path_);
            throw std::runtime_error(name + ": cannot be written");
        }
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

/// The trainer wants text to learn from.
class LetterIterator final : public sentencepiece::SentenceIterator {
 public:
    bool done() const override { return at_ == kLetters.size(); }
    void Next() override { ++at_; }
    const std::string& value() const override { return kLetters[at_]; }
    sentencepiece::util::Status status() const override { return {}; }

 private:
    inline static const std::array<std::string, 3> kLetters = {"a", "b", "c"};
    std::size_t at_ = 0;
};

}  // namespace

std::string compile_bert_normalization(bool lower_case, const std::unordered_set<std::string>& words) {
    const TemporaryFile rules(rule_table(Rules(lower_case, words)));
    // Only the trainer compiles rules; what it learns beside them, a few letters, is thrown away.
    LetterIterator letters;
    std::string model;
    const auto status =
        sentencepiece::SentencePieceTrainer::Train({{"model_type", "char"},
                                                    {"vocab_size", "8"},
                                                    {"hard_vocab_limit", "false"},
                                                    {"minloglevel", "3"},
                                                    {"normalization_rule_tsv", rules.path().string()}},
                                                   &letters, &model);
    if (!status.ok()) throw std::runtime_error("normalization rules: " + status.ToString());
    return charsmap_of(model);
}

}  // namespace corpuscope::tokenizer
