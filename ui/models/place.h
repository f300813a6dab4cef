// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QMetaType>
#include <QString>

#include "engine/answers/answer.h"
#include "engine/types.h"

namespace corpuscope::ui {

/// A stretch of a document that the reader can open.
struct Place {
    DocumentId document;
    ByteRange range;  ///< of the document's extracted text; empty: its beginning
    int page = 0;     ///< 1-based; 0 where the format has no pages
    QString path;
    QString heading;
    QString text;  ///< the words of `range`, for finding them on a drawn page
    bool operator==(const Place&) const = default;
};

template <typename Cited>
Place place_of(const Cited& cited) {
    return {cited.document,
            cited.range,
            cited.page,
            QString::fromStdString(cited.path),
            QString::fromStdString(cited.heading),
            QString::fromStdString(cited.text)};
}

}  // namespace corpuscope::ui

Q_DECLARE_METATYPE(corpuscope::ui::Place)
