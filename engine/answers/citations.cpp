// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/answers/citations.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "engine/documents/heading_path.h"

namespace corpuscope::answers {

PageKind page_kind(std::string_view path) {
    const auto has_ending = [&](std::string_view ending) {
        return path.size() > ending.size() &&
               std::ranges::equal(path.substr(path.size() - ending.size()), ending,
                                  [](unsigned char a, unsigned char b) { return std::tolower(a) == b; });
    };
    if (has_ending(".epub")) return PageKind::Chapter;
    if (has_ending(".mbox")) return PageKind::Message;
    if (has_ending(".xlsx") || has_ending(".xlsm") || has_ending(".ods")) return PageKind::Sheet;
    return has_ending(".pptx") || has_ending(".odp") ? PageKind::Slide : PageKind::Page;
}

const library::DocumentRecord& Citer::record(DocumentId id) {
    const auto known = records_.find(id);
    if (known != records_.end()) return known->second;
    return records_.emplace(id, library_.document(id).value_or(library::DocumentRecord{})).first->second;
}

const library::StoredText& Citer::text(DocumentId id) {
    const auto known = texts_.find(id);
    return known != texts_.end() ? known->second : texts_.emplace(id, library_.text(id)).first->second;
}

int Citer::page_of(const library::StoredPassage& passage, std::int64_t offset) {
    if (passage.page == 0 || record(passage.document).pages < 2) return passage.page;
    const std::vector<ByteRange>& pages = text(passage.document).pages;
    const auto after =
        std::upper_bound(pages.begin(), pages.end(), offset,
                         [](std::int64_t value, const ByteRange& page) { return value < page.begin; });
    return std::max(passage.page, static_cast<int>(after - pages.begin()));
}

std::string Citer::heading_of(const library::StoredPassage& passage, std::int64_t offset) {
    const library::StoredText& document = text(passage.document);
    documents::HeadingPath path;
    for (const documents::Block& block : document.blocks) {
        if (block.range.begin > offset) break;
        if (block.kind != documents::BlockKind::Heading) continue;
        path.enter(block.level, std::string_view(document.text)
                                    .substr(static_cast<std::size_t>(block.range.begin),
                                            static_cast<std::size_t>(block.range.size())));
    }
    return path.joined();
}

CitedPassage Citer::passage(const library::StoredPassage& stored, double score) {
    const library::DocumentRecord& document = record(stored.document);
    return {stored.document, document.path, document.title, stored.page,
            stored.heading,  stored.range,  stored.text,    score};
}

CitedAnswer Citer::sentence(const library::StoredPassage& passage, const ByteRange& range,
                            std::string_view text, double score) {
    const library::DocumentRecord& document = record(passage.document);
    return {passage.document,
            document.path,
            document.title,
            page_of(passage, range.begin),
            heading_of(passage, range.begin),
            range,
            std::string(text),
            score};
}

}  // namespace corpuscope::answers
