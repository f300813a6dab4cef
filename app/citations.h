// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Answers, passages and coverage as the command line prints them: JSON for programs, lines for people.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <vector>

#include "engine/answers/answer.h"
#include "engine/library/library.h"

namespace corpuscope::app {

using Json = nlohmann::ordered_json;

Json to_json(const answers::CitedPassage& passage);
Json to_json(const answers::CitedAnswer& answer);
/// The same with topic[] and share.
Json to_json(const answers::SummarySentence& sentence);
Json to_json(const answers::Coverage& coverage);
/// question, answered, answers[], passages[], coverage and, where there is something to say, note.
Json to_json(const answers::Answer& answer);

template <typename Item>
Json to_json_array(const std::vector<Item>& items) {
    Json array = Json::array();
    for (const auto& item : items) array.push_back(to_json(item));
    return array;
}

/// An object a document of which something was left out: path, warnings[].
Json warnings_of(const std::vector<library::DocumentRecord>& documents);

/// One line of text; bytes that are not UTF-8 (a path may hold any) become U+FFFD.
std::string dump(const Json& json, int indent = -1);

void print(std::ostream& out, const answers::Answer& answer);
void print(std::ostream& out, const std::vector<answers::CitedPassage>& passages);
void print(std::ostream& out, const answers::Summary& summary);
void print(std::ostream& out, const answers::Coverage& coverage);

}  // namespace corpuscope::app
