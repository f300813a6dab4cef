// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// An encoder without a model: the vector of a unit is made up from its token ids and from how many units were
// read together, so that tests see which sequence a vector comes from. It keeps finished steps in the scratch
// folder as the real one does.
#pragma once

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "engine/indexing/unit_encoder.h"

namespace corpuscope::indexing::testing {

inline std::vector<std::int32_t> tokenize(std::string_view text) {
    std::vector<std::int32_t> ids;
    std::int32_t id = 0;
    for (const char c : text) {
        if (c == ' ' || c == '\n') {
            if (id != 0) ids.push_back(id);
            id = 0;
        } else {
            id = (id * 31 + static_cast<unsigned char>(c)) % 30000;
        }
    }
    if (id != 0) ids.push_back(id);
    return ids;
}

class FakeEncoder final : public UnitEncoder {
 public:
    static constexpr std::int64_t kDimension = 16;
    static constexpr int kSteps = 8;

    std::string model() const override { return name; }
    std::int64_t dimension() const override { return kDimension; }
    int unit_tokens() const override { return 16; }
    int max_unit_tokens() const override { return 254; }

    Encoded encode(const longnet::Units& units, const longnet::EncodeOptions& options) override {
        ++passes;
        last_units = units.size();
        last_before.assign(options.before.begin(), options.before.end());
        if (options.keep != nullptr) *options.keep = kept_of(units, options.before);
        if (options.recompute) return all_of(units);
        if (scratch_is_full)
            throw longnet::NoRoomError(options.scratch.string() + ": No space left on device");
        std::filesystem::create_directories(options.scratch);
        for (int step = 0; step < kSteps; ++step) {
            const auto done = options.scratch / std::to_string(step);
            if (std::filesystem::exists(done)) {
                ++steps_gone_on_from;
                continue;
            }
            if (options.control != nullptr) options.control->checkpoint();
            std::this_thread::sleep_for(step_time);
            std::ofstream(done) << "done";
            if (after_step) after_step(step);
            if (options.progress) options.progress({(step + 1) * 100, kSteps * 100});
        }
        return all_of(units);
    }

    bool continues(const longnet::Units&, const longnet::EncodeOptions&) const override {
        return has_room_behind;
    }

    std::string name = "fake 1";
    std::chrono::milliseconds step_time{0};
    std::function<void(int)> after_step;
    int passes = 0, steps_gone_on_from = 0;
    std::int64_t last_units = 0;
    bool scratch_is_full = false, has_room_behind = true;
    std::vector<longnet::KeptContext> last_before;

 private:
    /// A window a document.
    static longnet::KeptContext kept_of(const longnet::Units& units,
                                        std::span<const longnet::KeptContext> before) {
        longnet::KeptContext kept;
        kept.begin = static_cast<std::int64_t>(before.size()) * 65536;
        kept.block = 65536;
        for (const std::int32_t document : units.document)
            if (kept.document.empty() || kept.document.back() != document) kept.document.push_back(document);
        kept.filled.assign(kept.document.size(), 100);
        kept.rows = {{0x3f80}, {0x4000}};
        return kept;
    }

    static Encoded all_of(const longnet::Units& units) {
        Encoded encoded;
        for (std::int64_t u = 0; u < units.size(); ++u) append(units, u, encoded);
        return encoded;
    }

    static void append(const longnet::Units& units, std::int64_t unit, Encoded& encoded) {
        std::seed_seq seed(units.ids.begin() + units.offsets[unit],
                           units.ids.begin() + units.offsets[unit + 1]);
        std::mt19937 random(seed);
        random.discard(static_cast<unsigned long long>(units.size() % 1000));
        std::normal_distribution<float> normal;
        std::vector<float> row(kDimension);
        double square = 0;
        for (float& value : row) {
            value = normal(random);
            square += static_cast<double>(value) * value;
        }
        for (const float value : row)
            encoded.vectors.push_back(value / static_cast<float>(std::sqrt(square)));
        encoded.lengths.push_back(static_cast<float>(std::sqrt(square)));
    }
};

}  // namespace corpuscope::indexing::testing
