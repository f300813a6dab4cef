// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Versions of a document: a page as text and as HTML, a manual in several languages that is only partly
// translated. Their passages are cut differently, so that they are no duplicates (duplicates.h), but answer
// by the same sentence. It is shown once, from the version that says most on the matter: in the language of
// the question, where there are several.
#pragma once

#include <cstddef>

#include "engine/search/searcher.h"

namespace corpuscope::search {

/// Of the first `count` hits, which were reranked, removes those whose best sentence stands in a hit above
/// from another document. The first place of such a sentence goes to the hit whose document has most support;
/// hits of equal support stay as they are.
void fold_versions(Result& result, std::size_t count, const Support& support);

}  // namespace corpuscope::search
