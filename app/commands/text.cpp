// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <iostream>

#include "app/citations.h"
#include "app/commands/commands.h"
#include "app/terminal.h"

namespace corpuscope::app {
namespace {

bool begins_a_character(const std::string& utf8, std::int64_t offset) {
    return offset == std::ssize(utf8) ||
           (static_cast<unsigned char>(utf8[static_cast<std::size_t>(offset)]) & 0xC0) != 0x80;
}

/// What `start` and `end` of every answer, passage and exported row count in.
class TextCommand : public Command {
 public:
    TextCommand()
        : Command("text", "The text of a document as the library has it, or a range of its bytes") {}

    int run() override {
        if (to_ && *to_ < from_)
            throw UsageError("--to: " + std::to_string(*to_) + " is before --from " + std::to_string(from_));
        Session session = make_session();
        const auto document = document_at(session.library());
        const auto text = session.library().text(document.id).text;
        const auto range = range_in(text);
        const auto part =
            text.substr(static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.size()));
        if (json())
            std::cout << dump({{"path", document.path},
                               {"start", range.begin},
                               {"end", range.end},
                               {"bytes", text.size()},
                               {"text", part}})
                      << '\n';
        else if (isatty(STDOUT_FILENO) == 1)
            std::cout << on_its_lines(part) << (part.ends_with('\n') ? "" : "\n");
        else
            std::cout << part;
        return kDone;
    }

 protected:
    void define(CLI::App& app) override {
        app.add_option("PATH", path_, "The document")->required();
        app.add_option("--from", from_, "First byte, as 'start' of a citation has it")
            ->check(not_negative())
            ->type_name("N")
            ->capture_default_str();
        app.add_option("--to", to_, "One past the last byte, as 'end' has it (default: to the end)")
            ->check(not_negative())
            ->type_name("N");
        add_library_option(app);
        add_json_option(app);
    }

 private:
    library::DocumentRecord document_at(const library::Library& library) const {
        const auto documents = documents_at(library, {path_});
        if (documents.size() > 1)
            throw CommandError(
                path_, "is a folder of " + counted(std::ssize(documents), "document") + "; name one of them");
        const auto& document = documents.front();
        if (document.state == library::DocumentState::Failed)
            throw CommandError(document.path, "could not be read: " + document.reason);
        if (document.state == library::DocumentState::Pending)
            throw CommandError(document.path, "has not been read yet");
        return document;
    }

    /// Of whole characters: one that is cut at either end is all in it.
    ByteRange range_in(const std::string& text) const {
        const std::int64_t size = std::ssize(text);
        ByteRange range{from_, to_.value_or(size)};
        if (range.begin > size || range.end > size)
            throw CommandError(path_, "has " + counted(size, "byte") + " of text; " +
                                          std::to_string(std::max(range.begin, range.end)) +
                                          " is beyond its end");
        while (!begins_a_character(text, range.begin)) --range.begin;
        while (!begins_a_character(text, range.end)) ++range.end;
        return range;
    }

    std::string path_;
    std::int64_t from_ = 0;
    std::optional<std::int64_t> to_;
};

}  // namespace

std::unique_ptr<Command> make_text() { return std::make_unique<TextCommand>(); }

}  // namespace corpuscope::app
