// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/answers/library_questions.h"

#include <QRegularExpression>
#include <QString>
#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace corpuscope::answers {
namespace {

constexpr const char* kHas = "The library has ";
constexpr std::size_t kListed = 50;  // documents that a note names before it only counts

using Kind = LibraryQuestion::Kind;

struct FormatName {
    const char* format;
    const char* pattern;
    const char* shown;
};
constexpr std::array kFormats = {
    FormatName{"pdf", "pdfs?(?: files?| documents?)?", "PDF"},
    FormatName{"html", "(?:html|web)(?: pages?| files?| documents?)", "HTML"},
    FormatName{"md", "markdown(?: files?| documents?)", "Markdown"},
    FormatName{"txt", "(?:text|txt|plain text)(?: files?| documents?)", "text"},
    FormatName{"docx", "(?:word|docx)(?: files?| documents?)", "Word"},
    FormatName{"odt", "(?:odt|opendocument)(?: files?| documents?)", "OpenDocument"},
    FormatName{"rtf", "(?:rtf|rich text)(?: files?| documents?)", "RTF"},
    FormatName{"pptx", "(?:powerpoint|pptx)(?: files?| documents?| presentations?)?", "PowerPoint"},
    FormatName{"odp", "(?:odp|impress)(?: files?| documents?| presentations?)", "Impress"},
    FormatName{"xlsx", "(?:excel|xlsx)(?: files?| documents?| spreadsheets?| workbooks?)?", "Excel"},
    FormatName{"ods", "(?:ods|calc)(?: files?| documents?| spreadsheets?)", "Calc"},
    FormatName{"csv", "csvs?(?: files?| documents?)?", "CSV"},
    FormatName{"tsv", "tsvs?(?: files?| documents?)?", "TSV"},
    FormatName{"eml", "(?:e-?mails?|mails?|eml files?)", "e-mail"},
    FormatName{"epub", "(?:epubs?|epub files?|e-?books?)", "EPUB"},
};

const QString kThings = QStringLiteral("(?:documents?|files?|docs)");
const QString kHere = QStringLiteral(
    "(?: (?:are there|are here|do i have|do you (?:know|have)|have been (?:added|read|indexed)|were "
    "(?:added|read|indexed)|"
    "exist|are indexed|does (?:the|this|my) (?:library|corpus|collection|folder) (?:have|contain|hold)))?"
    "(?:,? (?:are )?in (?:total|all|here|(?:the|this|my) (?:library|corpus|collection|folder)))?");

bool matches(const QString& question, const QString& pattern, QRegularExpressionMatch* match = nullptr) {
    const QRegularExpression expression(QRegularExpression::anchoredPattern(pattern),
                                        QRegularExpression::CaseInsensitiveOption);
    const QRegularExpressionMatch found = expression.match(question);
    if (match) *match = found;
    return found.hasMatch();
}

/// "information about X", "how to X": nobody looks for these words, but for what is said of X.
bool is_about_meaning(const QString& phrase) {
    return matches(phrase, QStringLiteral("(?:(?:any|some|more|further) )?"
                                          "(?:information|infos?|details?|something|anything|everything|"
                                          "instructions?|advice|sections?|chapters?|passages?) "
                                          "(?:about|on|for|of|regarding|concerning) .+")) ||
           matches(phrase, QStringLiteral("(?:how|why|when|where|whether|what|who|which) .+"));
}

/// "1 document", "2 documents"
std::string counted(std::int64_t count, const std::string& thing) {
    return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

std::string shown_format(const std::string& format) {
    for (const FormatName& name : kFormats)
        if (format == name.format) return std::string(name.shown) + " ";
    return "";
}

/// On one line, as the lines of a note are a document each.
std::string name_of(const library::DocumentRecord& record) {
    std::string name = std::filesystem::path(record.path).filename().string();
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return name;
}

std::string number_left_out(std::size_t all) {
    return all > kListed ? std::string("\n… and ").append(std::to_string(all - kListed)).append(" more.")
                         : std::string();
}

LibraryAnswer mentions(const library::Library& library, const LibraryQuestion& question) {
    const std::vector<library::PhraseHit> found = library.documents_with_phrase(question.phrase);
    const auto count = static_cast<std::int64_t>(found.size());
    LibraryAnswer answer;
    const std::string quoted = " “" + question.phrase + "”";
    if (count > 0)
        answer.note = counted(count, "document") + (count == 1 ? " mentions" : " mention") + quoted +
                      (question.kind == Kind::CountMentions ? "." : ":");
    else if (question.phrase.find(' ') == std::string::npos)
        answer.note = "No document mentions" + quoted + ".";
    else  // what the words mean together may stand there in other words
        answer.note = "No document has the words" + quoted + " side by side.";
    for (const library::PhraseHit& hit : found) answer.documents.push_back(hit.document);
    if (question.kind == Kind::CountMentions) return answer;
    for (std::size_t i = 0; i < std::min(found.size(), kListed); ++i)
        if (const auto record = library.document(found[i].document))
            answer.note += '\n' + name_of(*record) + " (" + counted(found[i].passages, "passage") + ")";
    answer.note += number_left_out(found.size());
    return answer;
}

LibraryAnswer failures(const library::Library& library, Kind kind) {
    LibraryAnswer answer;
    std::string list;
    for (const library::DocumentRecord& record : library.documents()) {
        if (record.state != library::DocumentState::Failed) continue;
        answer.documents.push_back(record.id);
        if (answer.documents.size() <= kListed) list += '\n' + name_of(record) + ": " + record.reason;
    }
    const auto count = static_cast<std::int64_t>(answer.documents.size());
    answer.note =
        count == 0 ? "Every document could be read." : counted(count, "document") + " could not be read";
    if (count > 0)
        answer.note +=
            kind == Kind::CountFailed ? "." : ':' + list + number_left_out(answer.documents.size());
    return answer;
}

LibraryAnswer documents(const library::Library& library, const LibraryQuestion& question) {
    LibraryAnswer answer;
    std::string list;
    for (const library::DocumentRecord& record : library.documents()) {
        if (!question.format.empty() && record.format != question.format) continue;
        answer.documents.push_back(record.id);
        if (answer.documents.size() <= kListed) list += '\n' + name_of(record);
    }
    const auto count = static_cast<std::int64_t>(answer.documents.size());
    answer.note = kHas;
    answer.note += count == 0 ? std::string("no ").append(shown_format(question.format)).append("documents")
                              : counted(count, shown_format(question.format).append("document"));
    const bool lists = question.kind == Kind::ListDocuments && count > 0;
    answer.note += lists ? ':' + list + number_left_out(answer.documents.size()) : ".";
    return answer;
}

}  // namespace

std::optional<LibraryQuestion> parse_library_question(std::string_view text) {
    QString question = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).simplified();
    while (question.endsWith('?') || question.endsWith('.') || question.endsWith('!')) question.chop(1);
    question = question.trimmed();
    const QString count = QStringLiteral("(?:how many|count (?:the|all|all the)) ");
    const QString list = QStringLiteral(
        "(?:(?:please )?(?:list|show|name)(?: me)?|which|what)(?: are)?(?: all)?(?: of)?(?: the)? ");
    const QString failed = QStringLiteral(
        "(?:(?:that |which )?(?:have )?failed(?: to (?:be )?read)?|(?:that |which )?(?:could|can) ?not be "
        "read|"
        "(?:that |which )?couldn['’]t be read)");
    const QString mention = QStringLiteral(
        "(?:that )?(?:mentions?|contains?|uses? the (?:word|phrase|term)|has the (?:word|phrase|term))"
        "(?: the (?:word|phrase|term))? ([\"“'‘]?)(.+?)[\"”'’]?");
    const QString discuss = QStringLiteral(
        "(?:that )?(?:(?:talks?|speaks?|tells?|writes?) (?:about|of|on)|(?:are|is) about(?! to )|"
        "discuss(?:es)?|deals? with|refers? to)(?: the| a| an)? ([\"“'‘]?)(.+?)[\"”'’]?");

    QRegularExpressionMatch match;
    if (matches(question, count + kThings + ' ' + failed + kHere))
        return LibraryQuestion{Kind::CountFailed, {}, {}};
    if (matches(question, list + kThings + ' ' + failed + kHere))
        return LibraryQuestion{Kind::ListFailed, {}, {}};
    if (matches(question, count + kThings + kHere)) return LibraryQuestion{Kind::CountDocuments, {}, {}};
    if (matches(question, count + "passages" + kHere)) return LibraryQuestion{Kind::CountPassages, {}, {}};
    if (matches(question, count + "tokens" + kHere)) return LibraryQuestion{Kind::CountTokens, {}, {}};
    if (matches(question, "(?:please )?(?:list|show)(?: me)?(?: all)?(?: of)?(?: the)? " + kThings + kHere))
        return LibraryQuestion{Kind::ListDocuments, {}, {}};
    for (const FormatName& name : kFormats) {
        if (matches(question, count + name.pattern + kHere))
            return LibraryQuestion{Kind::CountDocuments, name.format, {}};
        if (matches(question, "(?:please )?(?:list|show)(?: me)?(?: all)?(?: of)?(?: the)? " +
                                  QString(name.pattern) + kHere))
            return LibraryQuestion{Kind::ListDocuments, name.format, {}};
    }
    Kind kind = Kind::CountMentions;
    if (matches(question, list + kThings + ' ' + mention, &match))
        kind = Kind::ListMentions;
    else if (matches(question, list + kThings + ' ' + discuss, &match))
        kind = Kind::ListDiscussions;
    else if (!matches(question, count + kThings + ' ' + mention, &match))
        return std::nullopt;
    const QString phrase = match.captured(2);
    if (match.captured(1).isEmpty() && is_about_meaning(phrase)) return std::nullopt;
    return LibraryQuestion{kind, {}, phrase.toStdString()};
}

std::optional<LibraryAnswer> answer_library_question(const library::Library& library,
                                                     const LibraryQuestion& question) {
    switch (question.kind) {
        case Kind::CountDocuments:
        case Kind::ListDocuments:
            return documents(library, question);
        case Kind::CountPassages:
            return LibraryAnswer{
                std::string(kHas).append(counted(library.counts().passages, "passage")).append("."), {}};
        case Kind::CountTokens:
            return LibraryAnswer{
                std::string(kHas).append(counted(library.counts().tokens, "token")).append("."), {}};
        case Kind::CountFailed:
        case Kind::ListFailed:
            return failures(library, question.kind);
        case Kind::CountMentions:
        case Kind::ListMentions:
            return mentions(library, question);
        case Kind::ListDiscussions:
            if (LibraryAnswer found = mentions(library, question); !found.documents.empty()) return found;
            return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace corpuscope::answers
