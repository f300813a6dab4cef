// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <random>
#include <vector>

#include "engine/longnet/encoder.h"

namespace corpuscope::longnet {

/// A small model with random weights, on which a pass of many blocks takes no time.
inline std::shared_ptr<const Model> make_small_model() {
    auto model = std::make_shared<Model>();
    Config& config = model->config;
    config.layers = 3;
    config.heads = 4;
    config.d_model = 32;
    config.d_ffn = 64;
    config.max_positions = 16;
    config.vocabulary = 50;
    config.window = 16;
    config.branch_growth = 2;
    config.cls_id = 1;
    config.sep_id = 2;
    std::mt19937 random(7);
    std::normal_distribution<float> normal(0, 0.3f);
    const auto draw = [&](std::int64_t count) {
        std::vector<float> values(static_cast<std::size_t>(count));
        for (float& value : values) value = normal(random);
        return values;
    };
    const std::vector<float> ones(static_cast<std::size_t>(config.d_model), 1.0f);
    const std::int64_t d = config.d_model;
    model->weights = {
        draw(config.vocabulary * d), draw(config.max_positions * d), draw(d), ones, draw(d), {}};
    for (int layer = 0; layer < config.layers; ++layer)
        model->weights.layers.push_back({draw(3 * d * d), draw(3 * d), draw(d * d), draw(d), ones, draw(d),
                                         draw(config.d_ffn * d), draw(config.d_ffn), draw(d * config.d_ffn),
                                         draw(d), ones, draw(d), draw(config.heads)});
    model->hash = "small";
    return model;
}

/// Units of 0 to `longest` tokens in documents of 20 units.
inline Units make_units(int count, int longest, int vocabulary) {
    std::mt19937 random(3);
    Units units;
    units.offsets.push_back(0);
    for (int u = 0; u < count; ++u) {
        const int tokens = static_cast<int>(random() % static_cast<unsigned>(longest + 1));
        for (int t = 0; t < tokens; ++t)
            units.ids.push_back(static_cast<std::int32_t>(random() % static_cast<unsigned>(vocabulary)));
        units.offsets.push_back(std::ssize(units.ids));
        units.document.push_back(u / 20);
    }
    return units;
}

inline EncodeOptions in_blocks(std::int64_t block) {
    EncodeOptions options;
    options.block = block;
    return options;
}

}  // namespace corpuscope::longnet
