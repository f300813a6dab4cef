// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What the program asks of its reading process and what comes back, as bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/documents/reader.h"

namespace corpuscope::documents {

/// The file itself goes along as a descriptor.
struct ReadRequest {
    std::string file_name;  ///< without its folder
    Limits limits;
};

std::string encode(const ReadRequest& request);
std::string encode(const ReadResult& result);

/// None if the bytes are not such a message.
std::optional<ReadRequest> decode_request(std::string_view bytes);

/// None if the bytes are not such a message, or if what they say does not fit together (text that is not
/// UTF-8 or beyond the limit, ranges outside it): a reader that a document took over may send anything.
std::optional<ReadResult> decode_result(std::string_view bytes, const Limits& limits);

}  // namespace corpuscope::documents
