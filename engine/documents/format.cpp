// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/format.h"

#include <QMimeDatabase>
#include <QString>
#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "engine/documents/archive.h"
#include "engine/documents/mailbox.h"
#include "engine/documents/text_encoding.h"

namespace corpuscope::documents {
namespace {

std::string extension_of(const std::string& file_name) {
    std::string extension = std::filesystem::path(file_name).extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return extension;
}

template <typename List>
bool contains(const List& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

/// Whether a file is named as a document whose bytes would say so.
bool names_document(std::string_view extension) {
    static constexpr std::array<std::string_view, 9> kDocuments = {".pdf",  ".docx", ".odt", ".pptx", ".odp",
                                                                   ".xlsx", ".xlsm", ".ods", ".epub"};
    return contains(kDocuments, extension);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "%PDF-1.7" and nothing else in its line.
bool is_header_line(std::string_view bytes, std::size_t at) {
    if (at > 0 && bytes[at - 1] != '\n' && bytes[at - 1] != '\r') return false;
    const std::string_view version = bytes.substr(at, 9).substr(5);
    return version.size() == 4 && is_digit(version[0]) && version[1] == '.' && is_digit(version[2]) &&
           (version[3] == '\n' || version[3] == '\r');
}

/// Readers of PDF accept some bytes before the header, and so do we. A text that speaks of it is no PDF.
bool is_pdf(std::string_view bytes, std::string_view extension) {
    constexpr std::size_t kLatestHeader = 1024, kTrailer = 1024;
    const std::size_t at = bytes.substr(0, kLatestHeader).find("%PDF-");
    if (at == std::string_view::npos) return false;
    if (extension == ".pdf" || looks_binary(bytes)) return true;
    if (!is_header_line(bytes, at)) return false;
    std::string_view end = bytes.substr(bytes.size() - std::min(bytes.size(), kTrailer));
    end = end.substr(0, end.find_last_not_of(" \t\r\n") + 1);
    return at == 0 || (end.find("startxref") != std::string_view::npos && end.ends_with("%%EOF"));
}

bool starts_like_html(std::string_view bytes) {
    std::string head(bytes.substr(0, 1024));
    std::transform(head.begin(), head.end(), head.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::size_t first = head.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first == std::string::npos || head[first] != '<') return false;
    const std::string_view start = std::string_view(head).substr(first);
    if (start.starts_with("<!doctype html") || start.starts_with("<html")) return true;
    const bool preamble = start.starts_with("<?xml") || start.starts_with("<!--");
    return (preamble || start.starts_with("<head") || start.starts_with("<body")) &&
           (start.find("<html") != std::string_view::npos ||
            start.find("<!doctype html") != std::string_view::npos || !preamble);
}

/// A letter that begins with "From:" and "Subject:" is not mail unless it is named so; what was sent has
/// more.
bool is_mail(std::string_view bytes, const std::string& extension) {
    const std::set<std::string> headers = mail_headers(bytes);
    if (extension == ".eml") return has_mail_header(headers);
    return headers.contains("from") && (headers.contains("message-id") || headers.contains("received"));
}

/// Messages strung together, each below a line that begins with "From ".
bool is_mailbox(std::string_view bytes, const std::string& extension) {
    if (!bytes.starts_with("From ")) return false;
    const std::size_t end = bytes.find('\n');
    return end != std::string_view::npos &&
           is_mail(bytes.substr(end + 1), extension == ".mbox" ? ".eml" : extension);
}

std::string description_of(std::string_view bytes, const std::string& file_name) {
    const QByteArray head(bytes.data(), static_cast<qsizetype>(std::min<std::size_t>(bytes.size(), 65536)));
    const QMimeDatabase database;
    QMimeType type = database.mimeTypeForData(head);
    if (type.isDefault())
        type = database.mimeTypeForFile(QString::fromStdString(file_name), QMimeDatabase::MatchExtension);
    return type.isDefault() || type.name() == "text/plain" ? std::string() : type.comment().toStdString();
}

Failure not_text(std::string_view bytes, const std::string& file_name, const std::string& extension) {
    const std::string described = description_of(bytes, file_name);
    if (names_document(extension))
        return {FailureKind::Damaged,
                "is not what its name says: no " + extension.substr(1) + " file begins like that"};
    return {FailureKind::Unsupported,
            "is binary data, not a text" + (described.empty() ? std::string() : " (" + described + ")")};
}

tl::expected<Format, Failure> format_of_zip(std::string_view bytes, const std::string& extension) {
    const auto kind = classify_zip(bytes);
    if (!kind) return tl::unexpected(kind.error());
    switch (*kind) {
        case ZipKind::Docx:
            return Format::Docx;
        case ZipKind::Odt:
            return Format::Odt;
        case ZipKind::Pptx:
            return Format::Pptx;
        case ZipKind::Odp:
            return Format::Odp;
        case ZipKind::Xlsx:
            return Format::Xlsx;
        case ZipKind::Ods:
            return Format::Ods;
        case ZipKind::Epub:
            return Format::Epub;
        case ZipKind::Other:
            break;
    }
    if (names_document(extension))
        return tl::unexpected(Failure{FailureKind::Damaged,
                                      "is a zip archive, but not a " + extension.substr(1) + " document"});
    return tl::unexpected(Failure{FailureKind::Unsupported, "is an archive of a kind that no reader takes"});
}

// Office files with a password are not zip archives but OLE compound files with the package encrypted inside.
tl::unexpected<Failure> failure_of_compound_file(std::string_view bytes) {
    constexpr std::string_view kEncryptedPackage("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e", 31);
    if (bytes.find(kEncryptedPackage) != std::string_view::npos)
        return tl::unexpected(Failure{FailureKind::Encrypted, "needs a password"});
    // Streams of an Outlook message are named so.
    constexpr std::string_view kMessageStream("_\0_\0s\0u\0b\0s\0t\0g\0001\0.\0000\0_", 23);
    if (bytes.find(kMessageStream) != std::string_view::npos)
        return tl::unexpected(Failure{FailureKind::Unsupported,
                                      "is a message as Outlook stores it, which no reader takes: "
                                      "save it as .eml"});
    return tl::unexpected(
        Failure{FailureKind::Unsupported, "is an office file of before 2007, which no reader takes"});
}

bool is_source_code(const std::string& file_name) {
    static constexpr std::array<std::string_view, 6> kProse = {".txt", ".text", ".log",
                                                               ".rst", ".adoc", ".asciidoc"};
    const std::string extension = extension_of(file_name);
    if (extension.empty() || contains(kProse, extension)) return false;
    const QMimeType type =
        QMimeDatabase().mimeTypeForFile(QString::fromStdString(file_name), QMimeDatabase::MatchExtension);
    const QString name = type.name();
    return type.inherits("text/plain") && (name.startsWith("text/x-") || name.startsWith("application/")) &&
           name != "text/x-readme" && name != "text/x-log";
}

/// What SQLite keeps beside a database while it is open: "x.db-wal". People write journals, too.
bool is_beside_database(std::string_view name, std::string_view extension) {
    return name.ends_with("-wal") || name.ends_with("-shm") || extension.ends_with("-journal");
}

}  // namespace

tl::expected<Format, Failure> detect_format(std::string_view bytes, const std::string& file_name) {
    const std::string extension = extension_of(file_name);
    if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06"))
        return format_of_zip(bytes, extension);
    if (bytes.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")) return failure_of_compound_file(bytes);
    if (bytes.starts_with("{\\rtf")) return Format::Rtf;
    if (is_pdf(bytes, extension)) return Format::Pdf;
    if (looks_binary(bytes) || names_document(extension))
        return tl::unexpected(not_text(bytes, file_name, extension));

    if (extension == ".md" || extension == ".markdown" || extension == ".mkd") return Format::Markdown;
    if (extension == ".csv") return Format::Csv;
    if (extension == ".tsv") return Format::Tsv;
    if (extension == ".html" || extension == ".htm" || extension == ".xhtml" || starts_like_html(bytes))
        return Format::Html;
    if (is_mailbox(without_mark(bytes), extension)) return Format::Mbox;
    if (is_mail(without_mark(bytes), extension)) return Format::Eml;
    return is_source_code(file_name) ? Format::SourceCode : Format::Text;
}

bool is_candidate(const std::filesystem::path& file) {
    static constexpr std::array<std::string_view, 51> kPassedOver = {
        ".css",        ".js",          ".mjs",   ".map",    ".json", ".xml", ".xsl",  ".ico",    ".svg",
        ".zip",        ".gz",          ".bz2",   ".xz",     ".zst",  ".tar", ".tgz",  ".7z",     ".rar",
        ".jar",        ".deb",         ".rpm",   ".iso",    ".so",   ".o",   ".a",    ".obj",    ".dll",
        ".exe",        ".pyc",         ".class", ".bin",    ".dat",  ".db",  ".db3",  ".sqlite", ".sqlite3",
        ".corpuscope", ".safetensors", ".npy",   ".npz",    ".pack", ".idx", ".woff", ".woff2",  ".ttf",
        ".otf",        ".xpm",         ".odg",   ".pikchr", ".lock", ".swp"};
    const std::string name = file.filename().string();
    const std::string extension = extension_of(name);
    if (name.empty() || name.starts_with('.') || name.ends_with('~') || contains(kPassedOver, extension))
        return false;
    if (name.find(".so.") != std::string::npos || is_beside_database(name, extension)) return false;
    const QMimeType type =
        QMimeDatabase().mimeTypeForFile(QString::fromStdString(name), QMimeDatabase::MatchExtension);
    const QString kind = type.name();
    return !kind.startsWith("image/") && !kind.startsWith("audio/") && !kind.startsWith("video/") &&
           !kind.startsWith("font/");
}

}  // namespace corpuscope::documents
