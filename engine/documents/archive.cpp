// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>

#include "engine/documents/file_bytes.h"

namespace corpuscope::documents {
namespace {

using Archive = std::unique_ptr<archive, decltype(&archive_read_free)>;

Archive open_zip(std::string_view bytes) {
    Archive zip(archive_read_new(), &archive_read_free);
    archive_read_support_format_zip_seekable(zip.get());
    if (archive_read_open_memory(zip.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) zip.reset();
    return zip;
}

tl::unexpected<Failure> damaged(const std::string& detail) {
    return tl::unexpected(Failure{FailureKind::Damaged,
                                  "is a damaged zip archive" + (detail.empty() ? detail : ": " + detail)});
}

std::string error_of(archive* zip) {
    const char* message = zip ? archive_error_string(zip) : nullptr;
    return message ? message : "";
}

std::string name_of(archive_entry* entry) {
    const char* name = archive_entry_pathname_utf8(entry);
    if (!name) name = archive_entry_pathname(entry);
    return name ? name : "";
}

/// What may still be unpacked, and what to say of an archive that has more.
struct Allowance {
    std::int64_t bytes = 0;
    std::string reason;
};

Allowance allowance_for(std::int64_t archive_bytes, const Limits& limits) {
    constexpr std::int64_t kAlwaysAllowed = std::int64_t{4} << 20;
    const std::int64_t expanded = std::max(archive_bytes * limits.max_expansion, kAlwaysAllowed);
    if (expanded < limits.max_inflated_bytes)
        return {expanded, "unpacks to more than " + std::to_string(limits.max_expansion) + " times its size"};
    return {limits.max_inflated_bytes,
            "unpacks to more than the limit of " + format_bytes(limits.max_inflated_bytes)};
}

tl::expected<std::string, Failure> inflate(archive* zip, const Allowance& allowance) {
    std::string data;
    for (;;) {
        const void* block = nullptr;
        std::size_t size = 0;
        la_int64_t offset = 0;
        const int result = archive_read_data_block(zip, &block, &size, &offset);
        if (result == ARCHIVE_EOF) return data;
        if (result != ARCHIVE_OK && result != ARCHIVE_WARN) return damaged(error_of(zip));
        if (static_cast<std::int64_t>(data.size() + size) > allowance.bytes)
            return tl::unexpected(Failure{FailureKind::TooLarge, allowance.reason});
        data.append(static_cast<const char*>(block), size);
    }
}

/// By the content types of a package, which may have macros or be a template.
bool is_word_processing(std::string_view content_types) {
    for (const std::string_view type :
         {"wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml",
          "ms-word.document.macroEnabled.main+xml", "ms-word.template.macroEnabledTemplate.main+xml"})
        if (content_types.find(type) != std::string_view::npos) return true;
    return false;
}

}  // namespace

tl::expected<ZipKind, Failure> classify_zip(std::string_view bytes) {
    const Archive zip = open_zip(bytes);
    if (!zip) return damaged({});
    ZipKind kind = ZipKind::Other;
    for (;;) {
        archive_entry* entry = nullptr;
        const int result = archive_read_next_header(zip.get(), &entry);
        if (result == ARCHIVE_EOF) return kind;
        if (result != ARCHIVE_OK && result != ARCHIVE_WARN) return damaged(error_of(zip.get()));
        const std::string name = name_of(entry);
        if (name == "mimetype") {
            constexpr std::int64_t kLongest = 1024;
            const auto type = inflate(zip.get(), {kLongest, {}});
            if (type && type->starts_with("application/vnd.oasis.opendocument.text")) return ZipKind::Odt;
            if (type && type->starts_with("application/vnd.oasis.opendocument.presentation"))
                return ZipKind::Odp;
            if (type && type->starts_with("application/vnd.oasis.opendocument.spreadsheet"))
                return ZipKind::Ods;
            if (type && type->starts_with("application/epub+zip")) return ZipKind::Epub;
        }
        if (name == "[Content_Types].xml" && kind == ZipKind::Other) {
            // The text of a docx may have any name. Those of the others are told by it.
            constexpr std::int64_t kLongest = std::int64_t{1} << 20;
            const auto types = inflate(zip.get(), {kLongest, {}});
            if (types && is_word_processing(*types)) kind = ZipKind::Docx;
        }
        if (name == "word/document.xml") kind = ZipKind::Docx;
        if (name == "ppt/presentation.xml") kind = ZipKind::Pptx;
        if (name == "xl/workbook.xml") kind = ZipKind::Xlsx;
        if (name == "META-INF/container.xml" && kind == ZipKind::Other) kind = ZipKind::Epub;
    }
}

std::string_view member_of(const ZipMembers& members, std::string_view name) {
    const auto found = members.find(name);
    return found == members.end() ? std::string_view() : std::string_view(found->second);
}

tl::expected<ZipMembers, Failure> read_zip(std::string_view bytes, const Limits& limits,
                                           bool (*wanted)(std::string_view)) {
    const Archive zip = open_zip(bytes);
    if (!zip) return damaged({});
    ZipMembers members;
    Allowance allowance = allowance_for(std::ssize(bytes), limits);
    for (;;) {
        archive_entry* entry = nullptr;
        const int result = archive_read_next_header(zip.get(), &entry);
        if (result == ARCHIVE_EOF) return members;
        if (result != ARCHIVE_OK && result != ARCHIVE_WARN) return damaged(error_of(zip.get()));
        const std::string name = name_of(entry);
        if (!wanted(name)) continue;
        if (archive_entry_is_data_encrypted(entry) == 1)
            return tl::unexpected(Failure{FailureKind::Encrypted, "needs a password"});
        auto data = inflate(zip.get(), allowance);
        if (!data) return tl::unexpected(data.error());
        allowance.bytes -= std::ssize(*data);
        members.insert_or_assign(name, std::move(*data));
    }
}

}  // namespace corpuscope::documents
