// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/documents/document_builder.h"
#include "engine/documents/office_table.h"
#include "engine/documents/paragraph_style.h"
#include "engine/documents/readers.h"
#include "engine/documents/rtf_text.h"
#include "engine/documents/rtf_tokens.h"
#include "engine/documents/rtf_words.h"

namespace corpuscope::documents {
namespace {

constexpr std::size_t kDeepest = 10'000;  // groups within groups; writers stay below 100
constexpr int kWindowsLatin1 = 1252, kMacRoman = 10000;

struct Font {
    int code_page = 0;   ///< 0: the file's own
    bool fixed = false;  ///< every character as wide as the others, as code is set
};

/// What ends with its group.
struct State {
    RtfDestination destination = RtfDestination::Body;
    int font = -1;
    int unicode_fallback = 1;  ///< characters after \uN for readers that do not know it
    bool hidden = false;
    // Of the paragraph:
    int style = 0;
    int outline = -1;
    bool list_item = false;
    bool in_table = false;
};

class RtfWalk {
 public:
    explicit RtfWalk(DocumentBuilder& builder) : builder_(builder) {}

    /// False if its groups nest too deep.
    bool run(std::string_view bytes) {
        RtfTokens tokens(bytes);
        RtfToken token;
        while (!builder_.full() && tokens.next(token)) {
            if (token.kind == RtfKind::GroupBegin) {
                if (states_.size() == kDeepest) return false;
                states_.push_back(state());
                fallback_ = 0;
                optional_ = false;
            } else if (token.kind == RtfKind::GroupEnd) {
                end_group();
                if (states_.size() == 1) break;  // what follows is padding
            } else if (!is_fallback(token)) {
                take(token);
            }
        }
        end_paragraph();
        end_row();
        append_notes();
        if (states_.size() > 1)
            builder_.add_warning("breaks off before its end: what may have followed is missing");
        return true;
    }

    std::string title() {
        std::string title;
        for (const RtfRun& run : title_.take()) title += run.text;
        return title;
    }

 private:
    State& state() { return states_.back(); }

    void end_group() {
        if (states_.size() == 1) return;
        const State ended = state();
        states_.pop_back();
        fallback_ = 0;
        if (ended.destination == RtfDestination::Styles) end_style(ended);
        if (ended.destination == RtfDestination::Note && state().destination != RtfDestination::Note)
            notes_.push_back(note_.take());
        if (ended.destination == RtfDestination::ListMark) state().list_item = true;
    }

    /// Shortens text that is there for readers that do not know \u.
    bool is_fallback(RtfToken& token) {
        if (fallback_ == 0) return false;
        if (token.kind != RtfKind::Text) {
            --fallback_;
            return true;
        }
        const std::size_t dropped = std::min(static_cast<std::size_t>(fallback_), token.text.size());
        fallback_ -= static_cast<int>(dropped);
        token.text.remove_prefix(dropped);
        token.offset += static_cast<std::int64_t>(dropped);
        return token.text.empty();
    }

    void take(const RtfToken& token) {
        switch (token.kind) {
            case RtfKind::Word:
                return word(token);
            case RtfKind::Symbol:
                return symbol(token);
            case RtfKind::Byte: {
                const char byte = static_cast<char>(token.number);
                return text({&byte, 1}, token.offset);
            }
            default:
                return text(token.text, token.offset);
        }
    }

    void symbol(const RtfToken& token) {
        const char meaning = token.text.front();
        if (meaning == '*') optional_ = true;
        if (meaning == '~') add(" ");
        if (meaning == '_') add("-");
        if (meaning == '\\' || meaning == '{' || meaning == '}') text(token.text, token.offset + 1);
        if (meaning == '\n' || meaning == '\r') end_paragraph();
    }

    void word(const RtfToken& token) {
        const std::string_view name = token.text;
        const bool known = name == "shpinst" || name == "shptxt";
        const RtfDestination destination = rtf_destination(name, state().destination);
        const bool is_destination = destination != state().destination;
        if (state().destination != RtfDestination::Skipped && (is_destination || (optional_ && !known)))
            state().destination = is_destination ? destination : RtfDestination::Skipped;
        optional_ = false;
        if (state().destination == RtfDestination::Skipped) return;
        if (name == "shptxt") end_paragraph();  // the text of a shape, which stands anywhere
        if (name == "u" && token.has_number) return unicode(token);
        if (const std::string_view character = rtf_character(name); !character.empty())
            return add(std::string(character));
        if (!structure(name)) property(name, token.has_number ? token.number : 1);
    }

    void unicode(const RtfToken& token) {
        fallback_ = state().unicode_fallback;
        if (RtfText* target = target_of_text())
            target->add_utf16(static_cast<std::uint16_t>(token.number), token.offset);
    }

    /// Ends of paragraphs, cells and rows.
    bool structure(std::string_view name) {
        if (name == "par" || name == "sect" || name == "page" || name == "column" || name == "nestcell") {
            end_paragraph();
        } else if (name == "line" || name == "lbr") {
            add("\n");
        } else if (name == "cell") {
            end_cell();
        } else if (name == "row") {
            end_row();
        } else {
            return false;
        }
        return true;
    }

    void property(std::string_view name, int number) {
        State& now = state();
        if (name == "pard") {
            now.style = 0;
            now.outline = -1;
            now.list_item = now.in_table = false;
        }
        if (name == "s") now.style = number;
        if (name == "outlinelevel") now.outline = number;
        if (name == "ls") now.list_item = number != 0;
        if (name == "intbl") now.in_table = true;
        if (name == "plain") {
            now.hidden = false;
            now.font = default_font_;
        }
        if (name == "v" || name == "deleted") now.hidden = number != 0;
        if (name == "uc") now.unicode_fallback = std::max(0, number);
        if (name == "f") now.font = number;
        if (name == "deff") now.font = default_font_ = number;
        if (name == "ansicpg" && number > 0) code_page_ = number;
        if (name == "mac") code_page_ = kMacRoman;
        if (name == "pc") code_page_ = 437;
        if (name == "pca") code_page_ = 850;
        if (now.destination == RtfDestination::Fonts) property_of_font(name, number);
    }

    void property_of_font(std::string_view name, int number) {
        Font& font = fonts_[state().font];
        if (name == "fcharset") font.code_page = rtf_code_page(number);
        if (name == "cpg") font.code_page = number;
        if (name == "fmodern" || (name == "fprq" && number == 1)) font.fixed = true;
    }

    /// Null where nobody reads it.
    RtfText* target_of_text() {
        if (state().hidden) return nullptr;
        switch (state().destination) {
            case RtfDestination::Body:
                return &paragraph_;
            case RtfDestination::Note:
                return &note_;
            case RtfDestination::Title:
                return &title_;
            default:
                return nullptr;
        }
    }

    void text(std::string_view bytes, std::int64_t source) {
        optional_ = false;
        if (state().destination == RtfDestination::Styles) style_name_ += bytes;
        RtfText* target = target_of_text();
        if (!target) return;
        const auto font = fonts_.find(state().font);
        const bool fixed = font != fonts_.end() && font->second.fixed;
        if (target == &paragraph_) all_fixed_ = all_fixed_ && fixed;
        const int page =
            font != fonts_.end() && font->second.code_page > 0 ? font->second.code_page : code_page_;
        target->add_bytes(bytes, page, source);
    }

    void add(std::string characters) {
        if (RtfText* target = target_of_text()) target->add(std::move(characters), -1);
    }

    // The style's name ends with a semicolon; its group is closed after that.
    void end_style(const State& ended) {
        ParagraphStyle style = style_named(style_name_.substr(0, style_name_.find(';')));
        if (ended.outline >= 0 && ended.outline < 9) style = {BlockKind::Heading, ended.outline + 1};
        if (!style_name_.empty()) styles_.emplace(ended.style, style);
        style_name_.clear();
    }

    ParagraphStyle style_of_paragraph() {
        if (state().outline >= 0 && state().outline < 9) return {BlockKind::Heading, state().outline + 1};
        const auto style = styles_.find(state().style);
        if (style != styles_.end() && style->second.kind != BlockKind::Paragraph) return style->second;
        if (state().list_item) return {BlockKind::ListItem, 0};
        return {all_fixed_ ? BlockKind::Code : BlockKind::Paragraph, 0};
    }

    void end_paragraph() {
        if (state().destination == RtfDestination::Note) return note_.add(" ", -1);
        std::vector<RtfRun> runs = paragraph_.take();
        if (!runs.empty() && runs.front().text == kRtfBullet) {
            runs.erase(runs.begin());
            state().list_item = true;
        }
        if (state().in_table) {
            append_to_cell(runs);
        } else if (!runs.empty()) {
            end_row();
            const ParagraphStyle style = style_of_paragraph();
            builder_.begin_block(style.kind, style.level);
            for (const RtfRun& run : runs) append(run, style.kind == BlockKind::Code);
            builder_.end_block();
        }
        all_fixed_ = true;
        state().list_item = false;
    }

    void append(const RtfRun& run, bool verbatim) {
        if (verbatim)
            builder_.append_verbatim(run.text, run.source);
        else if (run.text == "\n")
            builder_.append_line_break();
        else
            builder_.append(run.text, run.source);
    }

    void append_to_cell(const std::vector<RtfRun>& runs) {
        if (!table_.open()) {
            table_.enter_table();
            table_.begin_row();
        }
        if (!cell_open_) table_.begin_cell();
        cell_open_ = true;
        table_.begin_paragraph();
        for (const RtfRun& run : runs) table_.add(run.text, run.source);
    }

    void end_cell() {
        append_to_cell(paragraph_.take());
        cell_open_ = false;
        all_fixed_ = true;
    }

    void end_row() {
        if (!table_.open()) return;
        table_.end_row(builder_);
        table_.leave_table();
        cell_open_ = false;
    }

    void append_notes() {
        for (const std::vector<RtfRun>& note : notes_) {
            builder_.begin_block(BlockKind::Paragraph);
            for (const RtfRun& run : note) append(run, false);
        }
        builder_.end_block();
    }

    DocumentBuilder& builder_;
    std::vector<State> states_{State()};
    bool optional_ = false;  // \* was read: who does not know the next word skips the group
    int fallback_ = 0;       // characters to leave out
    int code_page_ = kWindowsLatin1;
    int default_font_ = -1;
    std::map<int, Font> fonts_;
    std::map<int, ParagraphStyle> styles_;
    std::string style_name_;
    RtfText paragraph_, note_, title_;
    bool all_fixed_ = true;  // of the paragraph's text so far
    std::vector<std::vector<RtfRun>> notes_;
    OfficeTable table_;
    bool cell_open_ = false;
};

}  // namespace

ReadResult read_rtf(std::string_view bytes, const std::string& name, const Limits& limits) {
    DocumentBuilder builder("rtf", limits);
    RtfWalk walk(builder);
    if (!walk.run(bytes))
        return tl::unexpected(
            Failure{FailureKind::Damaged, "is a damaged rtf document: its groups nest too deep"});
    builder.set_title(walk.title());
    return builder.finish(name);
}

}  // namespace corpuscope::documents
