// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/calibration.h"

#include <array>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>

#include "engine/longnet/text_runner.h"

namespace corpuscope::longnet {
namespace {

// Short texts too: in them a position weighs more than among many.
constexpr std::array kTokens = {1, 2, 3, 4, 4, 6, 8, 24};
constexpr int kRounds = 40;
constexpr std::int64_t kRows =
    kRounds * (std::accumulate(kTokens.begin(), kTokens.end(), std::int64_t{0}) + 2 * std::ssize(kTokens));

/// The inputs of one product over all texts, one in a column: [size, kRows].
class Inputs {
 public:
    void append(const kernels::Matrix& x) {
        size_ = x.columns;
        columns_.resize(static_cast<std::size_t>(size_ * kRows));
        for (std::int64_t r = 0; r < x.rows; ++r, ++filled_)
            for (std::int64_t i = 0; i < size_; ++i)
                columns_[static_cast<std::size_t>(i * kRows + filled_)] = x.row<float>(r)[i];
    }

    /// X X^T / n is a product of the inputs with themselves, which the backend does faster than a loop here.
    SecondMoment moment(kernels::Backend& backend) {
        const auto product = backend.make_linear(columns_, {}, size_, kRows, kernels::Precision::F32);
        DeviceMatrix x, y;
        x.resize(backend, size_, kRows);
        y.resize(backend, size_, size_);
        backend.upload(x.data(), columns_.data(), columns_.size() * sizeof(float));
        backend.linear(*product, x.view(0, size_), y.view(0, size_), kernels::Activation::None);
        std::vector<float> sums(static_cast<std::size_t>(size_ * size_));
        backend.download(sums.data(), y.data(), sums.size() * sizeof(float));
        SecondMoment moment{size_, {sums.begin(), sums.end()}};
        for (double& value : moment.values) value /= static_cast<double>(kRows);
        return moment;
    }

 private:
    std::int64_t size_ = 0;
    std::int64_t filled_ = 0;
    std::vector<float> columns_;
};

struct LayerInputs {
    Inputs qkv, output, up, down;
};

}  // namespace

std::vector<LayerMoments> measure_moments(const Model& model, kernels::Backend& backend) {
    if (!backend.host_memory())
        throw std::invalid_argument("backend " + std::string(backend.name()) +
                                    ": the inputs of products are read in host memory");
    const LayerStack stack(model, backend, kernels::Precision::F32);
    TextRunner runner(stack, model.config, backend);
    std::vector<LayerInputs> inputs(static_cast<std::size_t>(model.config.layers));
    std::mt19937 random(1);
    for (std::size_t text = 0; text < kRounds * kTokens.size(); ++text) {
        std::vector<std::int32_t> ids(static_cast<std::size_t>(kTokens[text % kTokens.size()]));
        for (std::int32_t& id : ids)
            id = static_cast<std::int32_t>(random() % static_cast<std::uint32_t>(model.config.vocabulary));
        runner.run(ids, [&](int layer, TextRunner::Stage stage) {
            LayerInputs& own = inputs[static_cast<std::size_t>(layer)];
            switch (stage) {
                case TextRunner::Stage::Input:
                    own.qkv.append(runner.x());
                    break;
                case TextRunner::Stage::Mixed:
                    own.output.append(runner.mixed());
                    break;
                case TextRunner::Stage::Attended:
                    own.up.append(runner.x());
                    break;
                case TextRunner::Stage::FedForward:
                    own.down.append(runner.tile().inner.view(0, runner.rows()));
                    break;
            }
        });
    }
    std::vector<LayerMoments> moments;
    for (LayerInputs& own : inputs)
        moments.push_back({own.qkv.moment(backend), own.output.moment(backend), own.up.moment(backend),
                           own.down.moment(backend)});
    return moments;
}

}  // namespace corpuscope::longnet
