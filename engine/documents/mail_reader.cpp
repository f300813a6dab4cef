// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <gmime/gmime.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "engine/documents/document_builder.h"
#include "engine/documents/html_content.h"
#include "engine/documents/mailbox.h"
#include "engine/documents/readers.h"
#include "engine/documents/text_content.h"
#include "engine/documents/text_encoding.h"

namespace corpuscope::documents {
namespace {

constexpr int kDeepest = 24;         // parts within parts and messages within messages
constexpr int kAttachmentLevel = 2;  // of its name as a heading: below the subject

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
template <typename Type>
using Object = std::unique_ptr<Type, Unref>;

/// A string of GLib's, freed; empty for none.
std::string taken(char* text) {
    std::string copy = text == nullptr ? "" : text;
    g_free(text);
    return copy;
}

std::string or_empty(const char* text) { return text == nullptr ? "" : text; }

/// Several messages that the file strings together, or the only one.
class MailWalk {
 public:
    MailWalk(bool mailbox, const Limits& limits, DocumentBuilder& builder)
        : mailbox_(mailbox), limits_(limits), builder_(builder) {}

    void message(GMimeMessage* message, int depth = 0) {
        if (depth > kDeepest) return builder_.add_warning("messages within messages are nested too deeply");
        const std::string subject = clean(or_empty(g_mime_message_get_subject(message)));
        builder_.begin_block(BlockKind::Heading, depth == 0 ? 1 : 2);
        builder_.append(subject, -1);
        builder_.begin_block(BlockKind::Paragraph);
        line("From: ", addresses(message, GMIME_ADDRESS_TYPE_FROM));
        line("To: ", addresses(message, GMIME_ADDRESS_TYPE_TO));
        line("Cc: ", addresses(message, GMIME_ADDRESS_TYPE_CC));
        line("Date: ", date(message));
        builder_.end_block();
        if (GMimeObject* part = g_mime_message_get_mime_part(message)) object(part, depth + 1);
    }

 private:
    /// What GMime hands on of a broken message may be no UTF-8, and it takes windows-1252 for Latin-1.
    static std::string clean(const std::string& text) {
        return with_windows_punctuation(
            taken(g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()))));
    }

    static std::string addresses(GMimeMessage* message, GMimeAddressType type) {
        return taken(
            internet_address_list_to_string(g_mime_message_get_addresses(message, type), nullptr, FALSE));
    }

    /// As the message has it where GMime makes nothing of it, such as a year before 1969.
    static std::string date(GMimeMessage* message) {
        if (GDateTime* date = g_mime_message_get_date(message))
            return taken(g_date_time_format(date, "%Y-%m-%d %H:%M %:z"));
        return or_empty(g_mime_object_get_header(GMIME_OBJECT(message), "Date"));
    }

    void line(const char* label, const std::string& value) {
        if (value.empty()) return;
        if (builder_.block_has_text()) builder_.append_line_break();
        builder_.append(label + clean(value), -1);
    }

    static bool is_type(GMimeObject* part, const char* type, const char* subtype) {
        return g_mime_content_type_is_type(g_mime_object_get_content_type(part), type, subtype) != FALSE;
    }

    void object(GMimeObject* part, int depth) {
        if (builder_.full()) return;
        if (depth > kDeepest) return builder_.add_warning("parts of a message are nested too deeply");
        if (GMIME_IS_MESSAGE_PART(part)) {
            if (GMimeMessage* inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part)))
                message(inner, depth);
        } else if (GMIME_IS_MULTIPART_ENCRYPTED(part)) {
            builder_.add_warning("an encrypted part was left out");
        } else if (GMIME_IS_MULTIPART(part)) {
            parts(GMIME_MULTIPART(part), is_type(part, "multipart", "alternative"), depth);
        } else if (GMIME_IS_TEXT_PART(part) && !g_mime_part_is_attachment(GMIME_PART(part))) {
            text(part);
        } else if (GMIME_IS_PART(part)) {
            attachment(part);
        }
    }

    static bool is_signature(GMimeObject* part) {
        return is_type(part, "application", "pgp-signature") ||
               is_type(part, "application", "pkcs7-signature") ||
               is_type(part, "application", "x-pkcs7-signature");
    }

    /// What a folder would pass over, such as the picture of a signature, is passed over here.
    void attachment(GMimeObject* part) {
        const std::string name = clean(or_empty(g_mime_part_get_filename(GMIME_PART(part))));
        if (name.empty() || is_signature(part)) return;
        const std::string left_out = "the attachment " + name + " was left out";
        if (!is_candidate(name)) return builder_.add_warning(left_out);
        const ReadResult document = read_content(bytes_of(part), name, limits_);
        if (!document) return builder_.add_warning(left_out + ": " + document.error().reason);
        for (const std::string& warning : document->warnings) builder_.add_warning(name + ": " + warning);
        builder_.begin_block(BlockKind::Heading, kAttachmentLevel);
        builder_.append(name, -1);
        builder_.append_document(*document, kAttachmentLevel + 1);
    }

    /// Of parts that say the same the plain one is taken where it has words, else the last: the best form.
    void parts(GMimeMultipart* multipart, bool alternative, int depth) {
        const int count = g_mime_multipart_get_count(multipart);
        for (int i = 0; i < count; ++i) {
            GMimeObject* part = g_mime_multipart_get_part(multipart, i);
            if (!alternative) {
                object(part, depth + 1);
            } else if (i + 1 == count || (is_type(part, "text", "plain") &&
                                          bytes_of(part).find_first_not_of(" \t\r\n") != std::string::npos)) {
                return object(part, depth + 1);
            }
        }
    }

    /// As they were before they were encoded for the way; nothing of parts that hold others.
    static std::string bytes_of(GMimeObject* part) {
        if (!GMIME_IS_PART(part)) return {};
        GMimeDataWrapper* content = g_mime_part_get_content(GMIME_PART(part));
        if (content == nullptr) return {};
        const Object<GMimeStream> stream(g_mime_stream_mem_new());
        g_mime_data_wrapper_write_to_stream(content, stream.get());
        const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
        return {reinterpret_cast<const char*>(bytes->data), bytes->len};
    }

    void text(GMimeObject* part) {
        const std::string bytes = bytes_of(part);
        const bool html = is_type(part, "text", "html");
        std::string encoding =
            or_empty(g_mime_content_type_get_parameter(g_mime_object_get_content_type(part), "charset"));
        if (encoding.empty() && html) encoding = declared_html_encoding(bytes);
        const DecodedText decoded = decode_text(bytes, encoding);
        for (const std::string& warning : decoded.warnings) builder_.add_warning(warning);
        if (!html) return plain(decoded.text);
        if (const char* refusal = append_html(decoded.text, -1, builder_).refusal)
            builder_.add_warning(std::string("HTML in a message was left out: ") + refusal);
    }

    /// Lines that quote an earlier message are quotes.
    void plain(std::string_view text) {
        std::string run;
        bool quoted = false;
        const auto flush = [&] {
            if (quoted)
                quotes(run);
            else
                append_text(run, -1, builder_);
            run.clear();
        };
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = std::min(text.find('\n', begin), text.size());
            std::string_view line = text.substr(begin, end - begin);
            begin = end + 1;
            if (mailbox_ && is_escaped(line)) line.remove_prefix(1);
            if (line.starts_with('>') != quoted) {
                flush();
                quoted = !quoted;
            }
            if (quoted) line = line.substr(std::min(line.find_first_not_of("> "), line.size()));
            run.append(line) += '\n';
        }
        flush();
    }

    /// In a mailbox a line that would begin a message has one mark more than it was written with.
    static bool is_escaped(std::string_view line) {
        const std::size_t marks = std::min(line.find_first_not_of('>'), line.size());
        return marks > 0 && line.substr(marks).starts_with("From ");
    }

    void quotes(std::string_view text) {
        builder_.begin_block(BlockKind::Quote);
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = text.find('\n', begin);
            if (end == begin)
                builder_.begin_block(BlockKind::Quote);
            else
                builder_.append(std::string(text.substr(begin, end - begin)) + ' ', -1);
            begin = end + 1;
        }
        builder_.end_block();
    }

    bool mailbox_;
    const Limits& limits_;
    DocumentBuilder& builder_;
};

/// nullptr where GMime finds no message.
Object<GMimeMessage> parse(std::string_view bytes) {
    static std::once_flag once;
    std::call_once(once, g_mime_init);
    const Object<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
    const Object<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    g_mime_parser_set_format(parser.get(), GMIME_FORMAT_MESSAGE);
    return Object<GMimeMessage>(g_mime_parser_construct_message(parser.get(), nullptr));
}

}  // namespace

ReadResult read_eml(std::string_view bytes, const std::string& name, const Limits& limits) {
    const Object<GMimeMessage> message = parse(without_mark(bytes));
    if (!message)
        return tl::unexpected(
            Failure{FailureKind::Damaged, "is a damaged message: it has no headers that can be read"});
    DocumentBuilder builder("eml", limits);
    MailWalk(false, limits, builder).message(message.get());
    return builder.finish(name);
}

ReadResult read_mbox(std::string_view bytes, const std::string& name, const Limits& limits) {
    DocumentBuilder builder("mbox", limits);
    MailWalk walk(true, limits, builder);
    for (const std::string_view part : messages_of(without_mark(bytes))) {
        if (builder.full()) break;
        builder.begin_page();
        if (const Object<GMimeMessage> message = parse(part))
            walk.message(message.get());
        else
            append_text(decode_text(part).text, -1, builder);
    }
    return builder.finish(name);
}

}  // namespace corpuscope::documents
