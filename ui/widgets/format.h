// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Numbers and states as people read them.
#pragma once

#include <QCoreApplication>
#include <QString>
#include <cstdint>

#include "engine/answers/answer.h"
#include "engine/indexing/indexer.h"
#include "engine/library/library.h"

namespace corpuscope::ui {

struct Format {
    Q_DECLARE_TR_FUNCTIONS(corpuscope::ui::Format)

 public:
    static QString count(std::int64_t value);    ///< 7,893
    static QString rounded(std::int64_t value);  ///< 1.9 M
    static QString bytes(std::int64_t value);    ///< 1.4 MiB, 14 MiB
    static QString share(double weight);         ///< 0.091 %, of a weight from 0 to 1
    static QString duration(double seconds);     ///< 2 min 5 s
    static QString documents(std::int64_t value);
    static QString passages(std::int64_t value);
    static QString tokens(std::int64_t value);
    static QString state(library::DocumentState state);
    /// "Searched 524 of 524 documents, 3 failed, 2 waiting"; with `failed_link` as HTML, where "3 failed"
    /// links there.
    static QString coverage(const answers::Coverage& coverage, const QString& failed_link = {});
    /// "page 3"; "chapter 3" of an EPUB, "slide 3" of a presentation, "sheet 3" of a spreadsheet, "message 3"
    /// of a mailbox.
    static QString page(const QString& path, int page);
    /// "12 pages", "12 chapters", "12 slides", "12 sheets".
    static QString pages(const QString& path, int count);
    static QString file_name(const QString& path);    ///< as a label shows it
    static QString folder_name(const QString& path);  ///< as it is
};

/// What the progress display says about indexing.
struct ProgressText {
    int percent = -1;  ///< < 0: not known yet
    QString text;      ///< "1.2 M of 1.9 M tokens"
    QString speed;     ///< "15,200 tokens/s"
    QString left;      ///< "40 s left"
};
ProgressText describe(const indexing::Progress& progress);

}  // namespace corpuscope::ui
