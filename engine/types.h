// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Strong types for the numbers that would otherwise all be int64: passing one where another is meant does not
// compile.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace corpuscope {

template <typename Tag>
struct Id {
    std::int64_t value = 0;
    auto operator<=>(const Id&) const = default;
    explicit operator bool() const { return value != 0; }
};

using DocumentId = Id<struct DocumentTag>;
using PassageId = Id<struct PassageTag>;
using UnitId =
    Id<struct UnitTag>;  ///< a unit is a run of whole sentences of one passage that is embedded together

/// Bytes [begin, end) of a document's extracted UTF-8 text.
struct ByteRange {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::int64_t size() const { return end - begin; }
    bool empty() const { return end <= begin; }
    bool contains(std::int64_t offset) const { return begin <= offset && offset < end; }
    auto operator<=>(const ByteRange&) const = default;
};

}  // namespace corpuscope

template <typename Tag>
struct std::hash<corpuscope::Id<Tag>> {
    std::size_t operator()(corpuscope::Id<Tag> id) const noexcept {
        return std::hash<std::int64_t>{}(id.value);
    }
};
