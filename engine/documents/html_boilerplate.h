// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What of a page is not its content, as far as the markup itself says so.
#pragma once

#include <gumbo.h>

namespace corpuscope::documents {

/// Elements that never show text worth keeping: scripts, styles, form controls, drawings, hidden elements.
bool is_invisible_element(const GumboNode* element);

/// Menus, tables of contents, banners, page headers and footers.
bool is_navigation(const GumboNode* element);

}  // namespace corpuscope::documents
