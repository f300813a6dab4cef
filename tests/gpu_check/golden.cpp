// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu_check/golden.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <stdexcept>

#include "engine/longnet/json.h"
#include "engine/longnet/safetensors.h"

namespace corpuscope::gpu_check {
namespace {

using kernels::OffsetRule;

OffsetRule rule_named(const std::string& name) {
    if (name == "modulo") return OffsetRule::Modulo;
    if (name == "rotating") return OffsetRule::Rotating;
    if (name == "grouped") return OffsetRule::Grouped;
    throw std::runtime_error("unknown offset rule " + name);
}

std::vector<float> floats_of(const longnet::SafetensorsFile& file, const std::string& name) {
    const longnet::Tensor* tensor = file.find(name);
    return tensor != nullptr ? file.floats(*tensor) : std::vector<float>();
}

const float* data_or_null(const std::vector<float>& values) {
    return values.empty() ? nullptr : values.data();
}

}  // namespace

std::vector<std::filesystem::path> golden_files(const std::filesystem::path& fallback) {
    const char* folder = std::getenv("CORPUSCOPE_GOLDENS");
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder != nullptr ? folder : fallback))
        if (entry.path().extension() == ".safetensors") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

Golden::Golden(const std::filesystem::path& path) : name(path.stem().string()) {
    const longnet::SafetensorsFile file(path);
    const auto settings = longnet::Json::parse(file.metadata().at("case"));
    const auto &q_shape = file.at("q").shape, &k_shape = file.at("k").shape;
    q_ = floats_of(file, "q"), k_ = floats_of(file, "k"), v_ = floats_of(file, "v");
    gates_ = floats_of(file, "gates"), neighbour_bias_ = floats_of(file, "neighbour_bias");
    expected_out = floats_of(file, "out"), expected_lse = floats_of(file, "lse");
    dout = floats_of(file, "dout");
    for (const char* gradient : {"dq", "dk", "dv", "dgates", "dneighbour_bias"}) {
        const std::vector<float> values = floats_of(file, gradient);
        expected_gradients.insert(expected_gradients.end(), values.begin(), values.end());
    }
    for (const float anchor : floats_of(file, "anchors")) units_.push_back(static_cast<std::int32_t>(anchor));
    const auto &segments = settings.at("segments").array(), &rates = settings.at("rates").array();
    for (std::size_t b = 0; b < segments.size(); ++b)
        branches_.push_back({segments[b].integer(), rates[b].integer()});
    keys_.assign(branches_.size(), {k_.data(), v_.data(), k_shape[1] * k_shape[2], 0, k_shape[0], false});
    if (settings.at("alibi").boolean())
        for (std::int64_t h = 0; h < q_shape[1]; ++h)
            slopes_.push_back(std::exp2(-8.0F * static_cast<float>(h + 1) / static_cast<float>(q_shape[1])));
    out_.resize(q_.size());
    lse_.resize(expected_lse.size());

    problem.length = problem.queries = q_shape[0];
    problem.heads = static_cast<int>(q_shape[1]);
    problem.kv_heads = static_cast<int>(k_shape[1]);
    problem.head_dim = static_cast<int>(q_shape[2]);
    problem.branches = branches_;
    problem.keys = keys_;
    problem.rule = rule_named(settings.at("head_offset").string());
    problem.layer = static_cast<int>(settings.at("layer").integer());
    problem.causal = settings.at("causal").boolean();
    problem.q = q_.data();
    problem.q_stride = problem.out_stride = q_shape[1] * q_shape[2];
    problem.out = out_.data();
    problem.lse = lse_.data();
    problem.gates = data_or_null(gates_);
    problem.units = units_.empty() ? nullptr : units_.data();
    problem.neighbour_bias = data_or_null(neighbour_bias_);
    problem.alibi_slopes = data_or_null(slopes_);
}

}  // namespace corpuscope::gpu_check
