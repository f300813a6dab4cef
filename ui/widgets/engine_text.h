// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <string>

namespace corpuscope::ui {

/// What the engine says (why a document or a job failed, notes of answers) in the user's language. The
/// engine speaks English, as the command line does; a sentence that is not known here stays as it is.
QString engine_text(const QString& text);
QString engine_text(const std::string& text);

}  // namespace corpuscope::ui
