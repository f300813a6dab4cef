// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu_check/encoder_checks.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "engine/models.h"
#include "tests/engine/longnet/golden_sequence.h"

namespace corpuscope::gpu_check {
namespace {

using namespace longnet;
using kernels::Precision;

constexpr std::int64_t kBenchmarkTokens = 1'000'000;
// float32 attention is the plain kernel's, which is there to be exact.
constexpr std::int64_t kFloatTokens = 200'000;

struct NamedPrecision {
    const char* name;
    Precision precision;
    double bound;  ///< of the cosine to the golden, whose weights were not rounded for storage
};
constexpr NamedPrecision kPrecisions[] = {
    {"float32", Precision::F32, 0.9999}, {"bf16", Precision::BF16, 0.995}, {"int8", Precision::Int8, 0.995}};

/// A folder of its own for hidden states, removed with the object.
struct States {
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("corpuscope-gpu-check-" + std::to_string(::getpid()));
    States() { std::filesystem::create_directory(folder); }
    ~States() {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }
    States(const States&) = delete;
    States& operator=(const States&) = delete;
};

/// Units of 16 to 28 random tokens, in documents of some 4,000.
Units random_units(std::int64_t tokens, std::int64_t vocabulary) {
    std::mt19937 random(1);
    Units units;
    units.offsets.push_back(0);
    while (units.offsets.back() < tokens) {
        const std::int64_t here = 16 + random() % 13;
        units.document.push_back(static_cast<std::int32_t>(units.offsets.back() / 4000));
        for (std::int64_t i = 0; i < here; ++i)
            units.ids.push_back(static_cast<std::int32_t>(random() % static_cast<std::uint32_t>(vocabulary)));
        units.offsets.push_back(units.offsets.back() + here);
    }
    return units;
}

enum class Keep { WithTheBackend, Nowhere, InAFile };

void print_row(Encoder& encoder, const char* precision, const Units& units, Keep keep) {
    EncodeOptions options;
    options.recompute = keep == Keep::Nowhere;
    kernels::Backend& backend = encoder.backend();
    const std::size_t before = backend.free_memory();
    std::size_t least = before;
    options.progress = [&](const EncodeProgress&) { least = std::min(least, backend.free_memory()); };
    double best = 0;
    for (int run = 0; run < 3; ++run) {
        if (run == 1) options.progress = {};
        const States scratch;
        if (keep == Keep::InAFile) options.scratch = scratch.folder;
        const auto begin = std::chrono::steady_clock::now();
        encoder.encode(units, options);
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
        if (run > 0) best = std::max(best, static_cast<double>(units.ids.size()) / taken.count());
    }
    const char* states = keep == Keep::WithTheBackend ? "resident"
                         : options.recompute          ? "recomputed"
                                                      : "file";
    std::printf("%-9s  %7zu  %-10s  %11.0f  %15zu\n", precision, units.ids.size(), states, best,
                before - least);
}

/// Microseconds of a question of twenty tokens, by how often its length has come before.
void print_question(Encoder& encoder, const char* precision) {
    std::vector<std::int32_t> question(20);
    std::iota(question.begin(), question.end(), 1000);
    std::printf("%-9s  a question of 20 tokens, us, in turn:", precision);
    for (int time = 0; time < 8; ++time) {
        const auto begin = std::chrono::steady_clock::now();
        encoder.encode_alone(question);
        const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - begin;
        std::printf(" %.0f", taken.count());
    }
    std::printf("\n");
}

}  // namespace

int check_encoder(const std::shared_ptr<kernels::Backend>& backend) {
    const SafetensorsFile golden(test_data("minilm/first-weights-sequence.safetensors"));
    const Units units = read_golden_units(golden);
    const auto model = load_model(find_model("default"));
    int failures = 0;
    for (const auto& [precision_name, precision, bound] : kPrecisions) {
        Encoder encoder(model, backend, precision);
        const auto check = [&](const char* name, const char* states, const EncodeOptions& options) {
            const double lowest = lowest_cosine(encoder.encode(units, options),
                                                golden.floats(golden.at(name)), model->config.d_model);
            const bool passed = lowest >= bound;
            std::printf("%-4s encoder %s, %s, %s: lowest cosine %.6f, bound %.4f\n", passed ? "ok" : "FAIL",
                        precision_name, name, states, lowest, bound);
            failures += passed ? 0 : 1;
        };
        for (const auto& [name, context] : kGoldenContexts) {
            EncodeOptions options = in_context(context);
            check(name, "one block", options);
            options.block = 1024;
            check(name, "resident", options);
            options.recompute = true;
            check(name, "recomputed", options);
            options.recompute = false;
            const States scratch;
            options.scratch = scratch.folder;
            check(name, "from a file", options);
        }
        const std::vector<std::int32_t> first(units.ids.begin() + units.offsets[0],
                                              units.ids.begin() + units.offsets[1]);
        std::vector<float> wanted = golden.floats(golden.at("alone"));
        wanted.resize(static_cast<std::size_t>(model->config.d_model));
        // The second time its layers are recorded, then they are replayed.
        for (int time = 1; time <= 4; ++time) {
            const double alone = cosine(encoder.encode_alone(first), wanted);
            std::printf("%-4s encoder %s, a text by itself, time %d: cosine %.6f\n",
                        alone >= bound ? "ok" : "FAIL", precision_name, time, alone);
            failures += alone >= bound ? 0 : 1;
        }
    }
    return failures;
}

void print_encoder_benchmark(const std::shared_ptr<kernels::Backend>& backend) {
    const auto model = load_model(find_model("default"));
    std::printf(
        "the whole encoder, all branches\nprecision   tokens  states         tokens/s  bytes on device\n");
    for (const auto& [name, precision, bound] : kPrecisions) {
        Encoder encoder(model, backend, precision);
        const Units units = random_units(precision == Precision::F32 ? kFloatTokens : kBenchmarkTokens,
                                         model->config.vocabulary);
        for (const Keep keep : {Keep::WithTheBackend, Keep::Nowhere, Keep::InAFile})
            print_row(encoder, name, units, keep);
        print_question(encoder, name);
    }
}

}  // namespace corpuscope::gpu_check
