// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/kernels/attention_cases.h"

#include <cmath>

namespace corpuscope::kernels::test {

ProblemOptions plain(std::int64_t length, std::vector<Branch> branches) {
    ProblemOptions options;
    options.length = length;
    options.branches = std::move(branches);
    return options;
}

ProblemOptions with(ProblemOptions options, bool ProblemOptions::*option) {
    options.*option = true;
    return options;
}

std::vector<std::pair<const char*, ProblemOptions>> attention_cases() {
    const ProblemOptions base = plain(333, kThree);
    std::vector<std::pair<const char*, ProblemOptions>> all{
        {"plain", base},
        {"causal", with(base, &ProblemOptions::causal)},
        {"gates", with(base, &ProblemOptions::gates)},
        {"alibi", with(base, &ProblemOptions::alibi)},
        {"alibi causal", with(with(base, &ProblemOptions::alibi), &ProblemOptions::causal)},
        {"relative bias", with(base, &ProblemOptions::relative_bias)},
        {"relative bias causal", with(with(base, &ProblemOptions::relative_bias), &ProblemOptions::causal)},
        {"empty positions", with(base, &ProblemOptions::units)},
        {"neighbour bias", with(with(base, &ProblemOptions::units), &ProblemOptions::neighbour_bias)},
        {"block mask", with(base, &ProblemOptions::block_mask)},
        {"long", plain(1300, {{256, 1}, {1024, 4}, {4096, 16}})},
        {"long dense", plain(600, {{600, 1}})},
        {"long causal", with(plain(600, {{600, 1}, {280, 3}}), &ProblemOptions::causal)},
        {"rate does not divide", plain(101, {{20, 3}, {50, 7}})},
        {"rate over segment", plain(50, {{4, 9}, {16, 1}})},
        {"more heads than rows", plain(3, {{8, 1}, {64, 4}})},
        {"one token", plain(1, kThree)},
    };
    ProblemOptions options = with(base, &ProblemOptions::gates);
    options.closed_gate = true;
    all.emplace_back("closed gate", options);
    options = with(with(base, &ProblemOptions::units), &ProblemOptions::neighbour_bias);
    options.neighbour_value = -INFINITY;
    all.emplace_back("closed window", options);
    options = base;
    options.heads = 8;
    options.kv_heads = 2;
    all.emplace_back("grouped query", options);
    options.kv_heads = 1;
    all.emplace_back("multi query", options);
    for (const int dim : {5, 18, 64, 128}) {
        options = base;
        options.head_dim = dim;
        all.emplace_back("head size", options);
    }
    for (const OffsetRule rule : {OffsetRule::Rotating, OffsetRule::Grouped}) {
        options = base;
        options.rule = rule;
        options.layer = 3;
        options.heads = options.kv_heads = 12;
        all.emplace_back("offset rule", options);
    }
    options = base;
    options.dropout = 0.3F;
    all.emplace_back("dropout", options);
    options = base;
    options.dynamic_sparse = {16, 3};
    all.emplace_back("dynamic sparse", options);
    options.causal = options.units = options.gates = true;
    all.emplace_back("dynamic sparse causal", options);
    return all;
}

}  // namespace corpuscope::kernels::test
