// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/rtf_words.h"

#include <map>
#include <set>

namespace corpuscope::documents {

RtfDestination rtf_destination(std::string_view word, RtfDestination around) {
    static const std::map<std::string_view, RtfDestination> kKnown = {
        {"fonttbl", RtfDestination::Fonts},     {"stylesheet", RtfDestination::Styles},
        {"info", RtfDestination::Info},         {"footnote", RtfDestination::Note},
        {"listtext", RtfDestination::ListMark}, {"pntext", RtfDestination::ListMark}};
    static const std::set<std::string_view> kSkipped = {
        "author",   "colortbl",   "comment",  "company", "fldinst", "filetbl",  "footer",
        "footerf",  "footerl",    "footerr",  "header",  "headerf", "headerl",  "headerr",
        "keywords", "nonshppict", "objclass", "objdata", "objname", "operator", "pict",
        "revtbl",   "rxe",        "sp",       "subject", "tc",      "xe"};
    if (const auto known = kKnown.find(word); known != kKnown.end()) return known->second;
    if (word == "title" && around == RtfDestination::Info) return RtfDestination::Title;
    return kSkipped.contains(word) ? RtfDestination::Skipped : around;
}

std::string_view rtf_character(std::string_view word) {
    static const std::map<std::string_view, std::string_view> kCharacters = {{"tab", " "},
                                                                             {"emspace", " "},
                                                                             {"enspace", " "},
                                                                             {"qmspace", " "},
                                                                             {"emdash", "\u2014"},
                                                                             {"endash", "\u2013"},
                                                                             {"lquote", "\u2018"},
                                                                             {"rquote", "\u2019"},
                                                                             {"ldblquote", "\u201C"},
                                                                             {"rdblquote", "\u201D"},
                                                                             {"bullet", kRtfBullet}};
    const auto known = kCharacters.find(word);
    return known == kCharacters.end() ? std::string_view() : known->second;
}

}  // namespace corpuscope::documents
