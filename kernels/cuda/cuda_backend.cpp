// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>
#include <string>

#include "kernels/check.h"
#include "kernels/cuda/attention.h"
#include "kernels/cuda/copy_queue.h"
#include "kernels/cuda/device_pointer.h"
#include "kernels/cuda/graph_recording.h"
#include "kernels/cuda/handles.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/linear.h"
#include "kernels/cuda/row_moves.cuh"
#include "kernels/cuda/views.h"

namespace corpuscope::kernels {
namespace {

using namespace cuda;

void require_device(const Matrix& matrix, const char* what) {
    if (matrix.rows > 0 && matrix.columns > 0) cuda::require_device(matrix.data, what);
}

class CudaBackend final : public Backend {
 public:
    CudaBackend(int device, const cudaDeviceProp& properties)
        : device_(device), properties_(properties), attention_(stream_), multiplier_(stream_) {}

    std::string_view name() const override { return "cuda"; }
    std::string description() const override {
        return std::string(properties_.name) + ", compute capability " + std::to_string(properties_.major) +
               "." + std::to_string(properties_.minor) + ", " +
               std::to_string(properties_.totalGlobalMem >> 30) + " GiB";
    }
    bool supports(Precision) const override { return true; }
    Precision fastest_precision() const override { return Precision::BF16; }

    bool host_memory() const override { return false; }
    std::size_t free_memory() const override {
        std::size_t free = 0, all = 0;
        CORPUSCOPE_CHECK(cudaSetDevice(device_));
        CORPUSCOPE_CHECK(cudaMemGetInfo(&free, &all));
        return free;
    }
    DType row_type(Precision precision) const override {
        return precision == Precision::F32 ? DType::F32 : DType::BF16;
    }

    std::unique_ptr<Buffer> allocate(std::size_t bytes) override {
        use_device();
        return std::make_unique<DeviceBuffer>(bytes);
    }

    void upload(void* to, const void* from, std::size_t bytes) override {
        transfer(to, from, bytes, cudaMemcpyHostToDevice);
    }
    void download(void* to, const void* from, std::size_t bytes) override {
        transfer(to, from, bytes, cudaMemcpyDeviceToHost);
    }

    void synchronize() override {
        use_device();
        stream_.wait();
    }

    std::unique_ptr<Buffer> allocate_host(std::size_t bytes) override {
        use_device();
        return std::make_unique<PinnedBuffer>(bytes);
    }
    std::unique_ptr<CopyQueue> make_copy_queue() override {
        use_device();
        return std::make_unique<StreamCopies>(device_, stream_);
    }

    std::unique_ptr<Recording> record(const std::function<void()>& operations) override {
        use_device();
        operations();  // makes room for what they need and chooses their algorithms, which a capture cannot
        return GraphRecording::capture(device_, stream_, operations);
    }

    void clear(void* data, std::size_t bytes) override {
        if (bytes == 0) return;
        cuda::require_device(data, "memory to clear");
        use_device();
        CORPUSCOPE_CHECK(cudaMemsetAsync(data, 0, bytes, stream_.get()));
    }
    void copy(std::span<const MatrixCopy> copies) override;

    std::unique_ptr<Linear> make_linear(std::span<const float> weight, std::span<const float> bias,
                                        std::int64_t out_features, std::int64_t in_features,
                                        Precision precision) override {
        check_weight(weight, bias, out_features, in_features);
        use_device();
        return std::make_unique<DeviceLinear>(weight, bias, out_features, in_features, precision);
    }

    void linear(const Linear& linear, const Matrix& x, const Matrix& y, Activation activation) override {
        check_linear(linear, x, y, row_type(linear.precision()));
        const auto* own = dynamic_cast<const DeviceLinear*>(&linear);
        if (own == nullptr) refuse("linear: made by another backend");
        require_device(x, "linear input");
        require_device(y, "linear result");
        use_device();
        multiplier_.multiply(*own, x, y, activation);
    }

    void attention(const AttentionProblem& problem) override {
        use_device();
        attention_.compute(problem);
    }

    void attention_backward(const AttentionProblem& problem, const AttentionGradients& gradients) override {
        use_device();
        attention_.compute_backward(problem, gradients);
    }

    void add_layer_norm(const Matrix& x, const Matrix& residual, const float* gamma, const float* beta,
                        float epsilon, const Matrix& y) override {
        check_layer_norm(x, residual, gamma, beta, epsilon, y);
        require_device(x, "layer norm input");
        require_device(residual, "layer norm residual");
        require_device(y, "layer norm result");
        cuda::require_device(gamma, "layer norm gamma");
        cuda::require_device(beta, "layer norm beta");
        use_device();
        launch_normalize({view(x), view(residual), view(y), x.rows, x.columns, gamma, beta, epsilon},
                         stream_.get());
    }

    void embed(std::span<const std::int32_t> ids, std::span<const std::int32_t> position,
               const Matrix& tokens, const Matrix& positions, const float* segment_row,
               const Matrix& y) override;
    void sum_rows(const Matrix& x, std::span<const RowRange> ranges, const Matrix& y) override;

 private:
    void use_device() { CORPUSCOPE_CHECK(cudaSetDevice(device_)); }

    void transfer(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
        if (bytes == 0) return;
        use_device();
        CORPUSCOPE_CHECK(cudaMemcpyAsync(to, from, bytes, kind, stream_.get()));
        stream_.wait();
    }

    /// `values` where they are if that is device memory, else a copy in `scratch`.
    const std::int32_t* on_device(std::span<const std::int32_t> values, Scratch& scratch) {
        if (is_device_memory(values.data())) return values.data();
        auto* to = scratch.reserve<std::int32_t>(values.size(), stream_);
        transfer(to, values.data(), values.size_bytes(), cudaMemcpyHostToDevice);
        return to;
    }

    int device_;
    cudaDeviceProp properties_;
    Stream stream_;
    Attention attention_;
    Multiplier multiplier_;
    Scratch ids_, places_, failed_, ranges_;
};

void CudaBackend::embed(std::span<const std::int32_t> ids, std::span<const std::int32_t> position,
                        const Matrix& tokens, const Matrix& positions, const float* segment_row,
                        const Matrix& y) {
    check_embed(ids, position, tokens, positions, y);
    if (ids.empty()) return;
    require_device(tokens, "token table");
    require_device(positions, "position table");
    require_device(y, "embedding result");
    cuda::require_device(segment_row, "segment row");
    use_device();
    int failed = 0;
    int* failed_on_device = failed_.reserve<int>(1, stream_);
    CORPUSCOPE_CHECK(cudaMemsetAsync(failed_on_device, 0, sizeof(int), stream_.get()));
    launch_embed({on_device(ids, ids_), on_device(position, places_), view(tokens), view(positions), view(y),
                  y.rows, y.columns, tokens.rows, positions.rows, segment_row, failed_on_device},
                 stream_.get());
    download(&failed, failed_on_device, sizeof(int));
    if (failed != 0)
        refuse("embed: a token id is not below " + std::to_string(tokens.rows) +
               ", or a position not in [0, " + std::to_string(positions.rows) + ")");
}

void CudaBackend::copy(std::span<const MatrixCopy> copies) {
    check_copies(copies);
    use_device();
    CopyBatch batch;
    const auto launch = [&] {
        launch_copies(batch, stream_.get());
        batch.count = 0;
        batch.items = 0;
    };
    for (const auto& [from, to] : copies) {
        if (from.rows == 0 || from.columns == 0) continue;
        require_device(from, "source of a copy");
        require_device(to, "result of a copy");
        CopyPiece& piece = batch.pieces[batch.count++];
        piece = {view(from), view(to), from.columns, batch.items};
        batch.items += from.rows * piece.fours();
        if (batch.count == kPiecesABatch) launch();
    }
    launch();
}

void CudaBackend::sum_rows(const Matrix& x, std::span<const RowRange> ranges, const Matrix& y) {
    check_sum_rows(x, ranges, y);
    if (ranges.empty() || x.columns == 0) return;
    require_device(x, "rows to sum");
    require_device(y, "sums of rows");
    use_device();
    auto* on_device = ranges_.reserve<RowRange>(ranges.size(), stream_);
    upload(on_device, ranges.data(), ranges.size_bytes());
    launch_sums({view(x), view(y), on_device, y.rows, y.columns}, stream_.get());
}

/// Why a device cannot be used; empty where it can.
std::string usable(int device, cudaDeviceProp& properties) {
    int count = 0;
    if (const cudaError_t status = cudaGetDeviceCount(&count); status != cudaSuccess) {
        cudaGetLastError();
        return cudaGetErrorString(status);
    }
    if (count == 0) return "there is no CUDA device";
    if (device < 0 || device >= count)
        return "there is no device " + std::to_string(device) + ", only " + std::to_string(count);
    if (const cudaError_t status = cudaGetDeviceProperties(&properties, device); status != cudaSuccess)
        return cudaGetErrorString(status);
    if (properties.major < 8)
        return std::string(properties.name) + " has compute capability " + std::to_string(properties.major) +
               "." + std::to_string(properties.minor) + "; 8.0 or later is needed";
    return {};
}

}  // namespace

std::unique_ptr<Backend> make_cuda_backend(int device, std::string* why) {
    cudaDeviceProp properties{};
    std::string reason = usable(device, properties);
    if (reason.empty()) try {
            CORPUSCOPE_CHECK(cudaSetDevice(device));
            return std::make_unique<CudaBackend>(device, properties);
        } catch (const std::runtime_error& error) {
            reason = error.what();
        }
    if (why != nullptr) *why = reason;
    return nullptr;
}

}  // namespace corpuscope::kernels
