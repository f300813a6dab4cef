// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "app/citations.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <ostream>

#include "app/terminal.h"
#include "engine/answers/citations.h"
#include "engine/answers/quotable.h"

namespace corpuscope::app {
namespace {

const char* name_of(answers::PageKind kind) {
    switch (kind) {
        case answers::PageKind::Chapter:
            return "chapter";
        case answers::PageKind::Slide:
            return "slide";
        case answers::PageKind::Sheet:
            return "sheet";
        case answers::PageKind::Message:
            return "message";
        case answers::PageKind::Page:
            break;
    }
    return "page";
}

/// "path · page 3 · heading · 0.91"
template <typename Cited>
void print_source(std::ostream& out, const Cited& cited) {
    out << escaped(cited.path);
    if (cited.page > 0) out << " · " << name_of(answers::page_kind(cited.path)) << ' ' << cited.page;
    if (!cited.heading.empty()) out << " · " << on_one_line(cited.heading);
    out << " · " << std::fixed << std::setprecision(2) << cited.score << std::defaultfloat << '\n';
}

/// "commit, branch, merge (12 %)", then the indent of the next line; nothing where no word is telling.
void print_topic(std::ostream& out, const answers::SummarySentence& sentence) {
    if (sentence.topic.empty()) return;
    const char* before = "";
    for (const std::string& word : sentence.topic) {
        out << before << on_one_line(word);
        before = ", ";
    }
    out << " (" << std::lround(100 * sentence.share) << " %)\n    ";
}

void print_quote(std::ostream& out, const std::string& quote) {
    const char* before = "“";
    for (const std::string& line : answers::lines_of_quote(quote)) {
        out << before << on_one_line(line);
        before = "\n  ";
    }
    out << "”\n    ";
}

}  // namespace

Json to_json(const answers::CitedPassage& passage) {
    return {{"path", passage.path},         {"page", passage.page},     {"heading", passage.heading},
            {"start", passage.range.begin}, {"end", passage.range.end}, {"text", passage.text},
            {"score", passage.score}};
}

Json to_json(const answers::CitedAnswer& answer) {
    return {{"text", answer.text},         {"path", answer.path},     {"page", answer.page},
            {"start", answer.range.begin}, {"end", answer.range.end}, {"score", answer.score}};
}

Json to_json(const answers::SummarySentence& sentence) {
    Json json = to_json(static_cast<const answers::CitedAnswer&>(sentence));
    json["topic"] = sentence.topic;
    json["share"] = sentence.share;
    return json;
}

Json to_json(const answers::Coverage& coverage) {
    return {{"documents", coverage.documents},
            {"searched", coverage.searched},
            {"failed", coverage.failed},
            {"pending", coverage.pending}};
}

Json to_json(const answers::Answer& answer) {
    Json json = {{"question", answer.question},
                 {"answered", answer.answered},
                 {"answers", to_json_array(answer.answers)},
                 {"passages", to_json_array(answer.passages)},
                 {"coverage", to_json(answer.coverage)}};
    if (!answer.note.empty()) json["note"] = answer.note;
    return json;
}

Json warnings_of(const std::vector<library::DocumentRecord>& documents) {
    Json array = Json::array();
    for (const auto& document : documents)
        if (document.state != library::DocumentState::Failed && !document.warnings.empty())
            array.push_back({{"path", document.path}, {"warnings", document.warnings}});
    return array;
}

std::string dump(const Json& json, int indent) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

void print(std::ostream& out, const answers::Answer& answer) {
    if (!answer.note.empty()) out << on_its_lines(answer.note) << "\n\n";
    for (const auto& quote : answer.answers) {
        print_quote(out, quote.text);
        print_source(out, quote);
        out << '\n';
    }
    if (answer.answered && !answer.passages.empty()) out << "Passages, best first:\n\n";
    print(out, answer.passages);
    print(out, answer.coverage);
}

void print(std::ostream& out, const std::vector<answers::CitedPassage>& passages) {
    for (std::size_t i = 0; i < passages.size(); ++i) {
        out << i + 1 << ". ";
        print_source(out, passages[i]);
        out << "    " << on_one_line(passages[i].text) << "\n\n";
    }
}

void print(std::ostream& out, const answers::Summary& summary) {
    for (const auto& sentence : summary.sentences) {
        out << "• " << on_one_line(sentence.text) << "\n    ";
        print_topic(out, sentence);
        print_source(out, sentence);
    }
    if (!summary.sentences.empty()) out << '\n';
    print(out, summary.coverage);
}

void print(std::ostream& out, const answers::Coverage& coverage) {
    out << "Searched " << grouped(coverage.searched) << " of " << counted(coverage.documents, "document")
        << ", " << grouped(coverage.failed) << " failed, " << grouped(coverage.pending) << " waiting.\n";
}

}  // namespace corpuscope::app
