// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// From the lines of a PDF's pages, of which only words and places are known, back to headings, paragraphs and
// list items.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/documents/document_builder.h"

namespace corpuscope::documents {

struct PdfLine {
    std::string text;
    bool placed = false;  ///< the four below are known; in points from the page's upper left corner
    double left = 0, right = 0, top = 0, height = 0;
    bool tabular = false;     ///< has a wide gap inside, as between the cells of a table
    bool hyphenated = false;  ///< its last word goes on in the next line
};

using PdfPage = std::vector<PdfLine>;

/// An entry of the document's outline.
struct PdfBookmark {
    std::string title;
    int level = 1;
    int page = 0;  ///< from 0
};

/// Appends the pages to the builder. Headings are the lines that the outline names; without an outline, the
/// short lines that are clearly larger than the text. Page numbers, and lines that stand at the edge of most
/// pages, are left out after their first appearance.
void append_pdf_pages(const std::vector<PdfPage>& pages, const std::vector<PdfBookmark>& outline,
                      DocumentBuilder& builder);

}  // namespace corpuscope::documents
