// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <random>

#include "app/commands/bench.h"
#include "app/commands/commands.h"
#include "kernels/backend.h"
#include "kernels/bf16.h"

namespace corpuscope::app {
namespace {

/// One layer's memory on the backend: x -> qkv -> attention -> output, [tokens, width] each, stored as the
/// encoder stores them.
class AttentionLayer {
 public:
    AttentionLayer(kernels::Backend& backend, kernels::Precision precision, std::int64_t tokens, int heads,
                   std::int64_t width, std::vector<kernels::Branch> branches)
        : backend_(backend),
          precision_(precision),
          tokens_(tokens),
          width_(width),
          heads_(heads),
          branches_(std::move(branches)) {
        std::mt19937 random(1);
        std::normal_distribution<float> normal;
        const auto fill = [&](std::size_t count, float scale) {
            std::vector<float> values(count);
            for (auto& value : values) value = scale * normal(random);
            return values;
        };
        const auto size = static_cast<std::size_t>(width);
        const float spread = 1.0f / std::sqrt(static_cast<float>(width));
        qkv_ = backend.make_linear(fill(3 * size * size, spread), {}, 3 * width, width, precision);
        output_ = backend.make_linear(fill(size * size, spread), {}, width, width, precision);
        const auto rows = backend.row_type(precision), attended = backend.attention_type(precision);
        x_ = matrix(x_memory_, width, rows);
        qkv_rows_ = matrix(qkv_memory_, 3 * width, attended);
        mixed_ = matrix(mixed_memory_, width, attended);
        upload(x_, fill(static_cast<std::size_t>(tokens) * size, 1));
        upload(qkv_rows_, fill(3 * static_cast<std::size_t>(tokens) * size, 1));
    }

    void run(bool projections) {
        if (projections) backend_.linear(*qkv_, x_, qkv_rows_, kernels::Activation::None);
        attend();
        if (projections) backend_.linear(*output_, mixed_, x_, kernels::Activation::None);
        backend_.synchronize();
    }

 private:
    kernels::Matrix matrix(std::unique_ptr<kernels::Buffer>& memory, std::int64_t columns,
                           kernels::DType type) {
        memory = backend_.allocate(static_cast<std::size_t>(tokens_ * columns) * kernels::size_of(type));
        return {memory->data(), tokens_, columns, columns, type};
    }

    void upload(const kernels::Matrix& to, const std::vector<float>& values) {
        if (to.type == kernels::DType::F32)
            return backend_.upload(to.data, values.data(), values.size() * sizeof(float));
        std::vector<std::uint16_t> rounded(values.size());
        std::transform(values.begin(), values.end(), rounded.begin(), kernels::to_bf16);
        backend_.upload(to.data, rounded.data(), rounded.size() * sizeof(std::uint16_t));
    }

    void attend() {
        const kernels::KeyRows keys{.keys = qkv_rows_.at(0, width_),
                                    .values = qkv_rows_.at(0, 2 * width_),
                                    .stride = qkv_rows_.stride,
                                    .first = 0,
                                    .rows = tokens_};
        const std::vector<kernels::KeyRows> per_branch(branches_.size(), keys);
        kernels::AttentionProblem problem;
        problem.length = problem.queries = tokens_;
        problem.heads = problem.kv_heads = heads_;
        problem.head_dim = static_cast<int>(width_ / heads_);
        problem.type = qkv_rows_.type;
        problem.precision = precision_;
        problem.branches = branches_;
        problem.keys = per_branch;
        problem.q = qkv_rows_.data;
        problem.q_stride = qkv_rows_.stride;
        problem.out = mixed_.data;
        problem.out_stride = mixed_.stride;
        backend_.attention(problem);
    }

    kernels::Backend& backend_;
    kernels::Precision precision_;
    std::int64_t tokens_, width_;
    int heads_;
    std::vector<kernels::Branch> branches_;
    std::unique_ptr<kernels::Linear> qkv_, output_;
    std::unique_ptr<kernels::Buffer> x_memory_, qkv_memory_, mixed_memory_;
    kernels::Matrix x_, qkv_rows_, mixed_;
};

class BenchAttentionCommand : public Command {
 public:
    BenchAttentionCommand() : Command("attention", "One layer of dilated attention over made-up rows") {}

    int run() override {
        if (segments_.size() != rates_.size()) throw UsageError("--segments and --rates differ in number");
        if (width_ % heads_ != 0) throw UsageError("--width is not a multiple of --heads");
        std::vector<kernels::Branch> branches;
        for (std::size_t b = 0; b < segments_.size(); ++b) branches.push_back({segments_[b], rates_[b]});
        const auto backend = kernels::make_backend(backend_, threads_);
        // On a processor attention alone is measured against float32 attention of others.
        const auto fastest = no_projections_ && backend->host_memory() ? kernels::Precision::F32
                                                                       : backend->fastest_precision();
        const auto precision = precision_ == "auto" ? fastest : precision_from(precision_);
        AttentionLayer layer(*backend, precision, tokens_, heads_, width_, branches);
        layer.run(!no_projections_);
        double best = 0;
        for (int i = 0; i < repeat_; ++i) {
            const Stopwatch watch;
            layer.run(!no_projections_);
            best = i == 0 ? watch.seconds() : std::min(best, watch.seconds());
        }
        report({.tokens = tokens_,
                .seconds = best,
                .backend = std::string(backend->name()),
                .dtype = to_string(precision),
                .processor = backend->description(),
                .branches = branches,
                .more = {{"heads", heads_},
                         {"width", width_},
                         {"projections", !no_projections_},
                         {"repeat", repeat_}}},
               json());
        return kDone;
    }

 protected:
    void define(CLI::App& app) override {
        const auto positive = CLI::Range(std::int64_t{1}, std::int64_t{1} << 40);
        app.add_option("--tokens", tokens_, "Rows")->check(positive)->type_name("N")->capture_default_str();
        app.add_option("--segments", segments_, "Segment of each branch")->check(positive)->delimiter(',');
        app.add_option("--rates", rates_, "Dilation rate of each branch")->check(positive)->delimiter(',');
        app.add_option("--heads", heads_, "Heads")->check(CLI::Range(1, 1024))->capture_default_str();
        app.add_option("--width", width_, "Model width d")
            ->check(CLI::Range(1, 1 << 16))
            ->capture_default_str();
        app.add_option("--repeat", repeat_, "Runs after one to warm up; the best counts")
            ->check(CLI::Range(1, 1000))
            ->capture_default_str();
        app.add_flag("--no-projections", no_projections_, "Attention alone");
        app.add_option("--backend", backend_, "Where to compute")
            ->check(CLI::IsMember({"auto", "cpu", "cuda", "reference"}))
            ->type_name("")
            ->capture_default_str();
        app.add_option("--dtype", precision_,
                       "Arithmetic; auto: the fastest, with --no-projections on a processor f32")
            ->check(CLI::IsMember({"auto", "f32", "bf16", "int8"}))
            ->type_name("")
            ->capture_default_str();
        app.add_option("--threads", threads_, "Threads; 0: one a core")
            ->check(CLI::Range(0, 1024))
            ->capture_default_str();
        add_json_option(app);
    }

 private:
    std::int64_t tokens_ = 131072, width_ = 384;
    std::vector<std::int64_t> segments_ = {256, 1024, 4096, 16384, 65536}, rates_ = {1, 4, 16, 64, 256};
    int heads_ = 12, repeat_ = 1, threads_ = 0;
    bool no_projections_ = false;
    std::string backend_ = "auto", precision_ = "auto";
};

}  // namespace

std::unique_ptr<Command> make_bench_attention() { return std::make_unique<BenchAttentionCommand>(); }

}  // namespace corpuscope::app
