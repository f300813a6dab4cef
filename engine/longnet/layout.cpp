// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>
#include <string>

#include "engine/longnet/encoder.h"

namespace corpuscope::longnet {
namespace {

void check(const Units& units, const Config& config) {
    const auto count = static_cast<std::size_t>(units.size());
    if (units.offsets.size() != count + 1 && !(count == 0 && units.offsets.empty()))
        throw std::invalid_argument("Units: " + std::to_string(units.offsets.size()) + " offsets for " +
                                    std::to_string(count) + " units");
    if (count > 0 &&
        (units.offsets.front() != 0 || units.offsets.back() != static_cast<std::int64_t>(units.ids.size())))
        throw std::invalid_argument("Units: the offsets do not span the ids");
    for (std::size_t u = 0; u < count; ++u) {
        const std::int64_t tokens = units.offsets[u + 1] - units.offsets[u];
        if (tokens < 0 || tokens > config.window - 2)
            throw std::invalid_argument("Units: unit " + std::to_string(u) + " has " +
                                        std::to_string(tokens) + " tokens; at most " +
                                        std::to_string(config.window - 2) + " fit a window");
        if (u > 0 && units.document[u] < units.document[u - 1])
            throw std::invalid_argument("Units: document numbers fall at unit " + std::to_string(u));
    }
    for (const std::int32_t id : units.ids)
        if (id < 0 || id >= config.vocabulary)
            throw std::invalid_argument("Units: token id " + std::to_string(id) +
                                        " is not in the vocabulary of " + std::to_string(config.vocabulary));
}

}  // namespace

Layout lay_out(const Units& units, const Config& config, std::int64_t begin) {
    check(units, config);
    const std::int64_t window = config.window;
    const auto next_window = [window](std::int64_t position) {
        return (position + window - 1) / window * window;
    };
    Layout layout;
    const auto count = static_cast<std::size_t>(units.size());
    layout.unit_begin.reserve(count);
    layout.unit_length.reserve(count);
    std::int64_t position = begin;
    for (std::size_t u = 0; u < count; ++u) {
        const auto length = static_cast<std::int32_t>(units.offsets[u + 1] - units.offsets[u] + 2);
        const bool new_document = u > 0 && units.document[u] != units.document[u - 1];
        if (new_document || position % window + length > window) position = next_window(position);
        layout.unit_begin.push_back(position);
        layout.unit_length.push_back(length);
        position += length;
    }
    layout.length = next_window(position);
    return layout;
}

}  // namespace corpuscope::longnet
