// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/longnet/separate_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/engine/longnet/simulated_streams.h"

namespace corpuscope::longnet {
namespace {

using namespace kernels;

/// Pages that are out of reach but during `work`.
class GuardedPages {
 public:
    GuardedPages() : begin_(static_cast<char*>(::mmap(nullptr, kBytes, PROT_NONE, kFlags, -1, 0))) {
        if (begin_ == MAP_FAILED) throw std::runtime_error("no address space for guarded pages");
    }
    ~GuardedPages() { ::munmap(begin_, kBytes); }
    GuardedPages(const GuardedPages&) = delete;
    GuardedPages& operator=(const GuardedPages&) = delete;

    /// Pages are not used a second time, so that whoever reads what was freed reads zeros.
    void* add(std::size_t bytes) {
        constexpr std::size_t kPage = 4096;
        const std::size_t first = used_;
        used_ += (bytes + kPage - 1) / kPage * kPage;
        if (used_ > kBytes) throw std::runtime_error("guarded pages: " + std::to_string(used_) + " bytes");
        return begin_ + first;
    }
    void remove(void* data, std::size_t bytes) { ::madvise(data, bytes, MADV_DONTNEED); }
    bool contain(const void* pointer) const {
        const auto* at = static_cast<const char*>(pointer);
        return at >= begin_ && at < begin_ + used_;
    }
    template <typename Work>
    void open_for(const Work& work) {
        const Opened opened(*this);
        work();
    }

 private:
    static constexpr std::size_t kBytes = std::size_t{4} << 30;
    static constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    struct Opened {
        explicit Opened(GuardedPages& owner) : pages(owner) { pages.protect(PROT_READ | PROT_WRITE); }
        ~Opened() { pages.protect(PROT_NONE); }
        GuardedPages& pages;
    };
    void protect(int access) { ::mprotect(begin_, used_, access); }

    char* begin_;
    std::size_t used_ = 0;
};

struct Device {
    explicit Device(unsigned seed) : streams(seed), operations(streams.add()) {}
    GuardedPages pages;
    SimulatedStreams streams;
    std::size_t operations;

    void drain(std::size_t stream) {
        pages.open_for([&] { streams.drain(stream); });
    }
    void require(const void* pointer) const {
        if (pointer != nullptr && !pages.contain(pointer))
            throw std::invalid_argument("a pointer to memory that is not the backend's");
    }
    void require(const Matrix& matrix) const {
        if (matrix.rows > 0 && matrix.columns > 0) require(matrix.data);
    }
};

class GuardedBuffer final : public Buffer {
 public:
    GuardedBuffer(Device& device, std::size_t bytes)
        : device_(device), bytes_(bytes), data_(device.pages.add(std::max<std::size_t>(bytes, 1))) {}
    ~GuardedBuffer() override {
        device_.pages.open_for([&] { device_.streams.drain_all(); });
        device_.pages.remove(data_, bytes_);
    }
    void* data() const override { return data_; }
    std::size_t bytes() const override { return bytes_; }

 private:
    Device& device_;
    std::size_t bytes_;
    void* data_;
};

class SimulatedCopies final : public CopyQueue {
 public:
    explicit SimulatedCopies(Device& device) : device_(device), stream_(device.streams.add()) {}
    ~SimulatedCopies() override { device_.drain(stream_); }
    void upload(void* to, const void* from, std::size_t bytes) override { copy(to, from, bytes, to); }
    void download(void* to, const void* from, std::size_t bytes) override { copy(to, from, bytes, from); }
    void follow() override { device_.streams.order(device_.operations, stream_); }
    void lead() override { device_.streams.order(stream_, device_.operations); }
    void wait() override { device_.drain(stream_); }

 private:
    void copy(void* to, const void* from, std::size_t bytes, const void* own) {
        device_.require(own);
        device_.streams.queue(stream_, [=] { std::memcpy(to, from, bytes); });
    }
    Device& device_;
    std::size_t stream_;
};

/// Replays what it was handed as long as `moves` is what it was.
class ClosureRecording final : public Recording {
 public:
    ClosureRecording(Device& device, std::vector<std::function<void()>> work, const int& moves,
                     std::function<void()> replayed)
        : device_(device), work_(std::move(work)), moves_(moves), replayed_(std::move(replayed)) {}
    bool replay() override {
        if (moves_ != then_) return false;
        for (const auto& work : work_) device_.streams.queue(device_.operations, work);
        replayed_();
        return true;
    }

 private:
    Device& device_;
    std::vector<std::function<void()>> work_;
    const int& moves_;
    const int then_ = moves_;
    std::function<void()> replayed_;
};

class SeparateMemoryBackend final : public Backend {
 public:
    SeparateMemoryBackend(std::unique_ptr<Backend> arithmetic, const SeparateMemoryOptions& options)
        : arithmetic_(std::move(arithmetic)), options_(options), device_(options.seed) {}

    std::string_view name() const override { return "separate"; }
    std::string description() const override { return arithmetic_->description(); }
    bool supports(Precision precision) const override { return arithmetic_->supports(precision); }
    Precision fastest_precision() const override { return arithmetic_->fastest_precision(); }
    bool host_memory() const override { return false; }
    std::size_t free_memory() const override { return options_.free_memory; }
    DType row_type(Precision precision) const override {
        return options_.bf16_rows && precision == Precision::BF16 ? DType::BF16 : DType::F32;
    }

    std::unique_ptr<Buffer> allocate(std::size_t bytes) override {
        return std::make_unique<GuardedBuffer>(device_, bytes);
    }
    std::unique_ptr<Buffer> allocate_host(std::size_t bytes) override { return arithmetic_->allocate(bytes); }
    std::unique_ptr<CopyQueue> make_copy_queue() override {
        return std::make_unique<SimulatedCopies>(device_);
    }
    void upload(void* to, const void* from, std::size_t bytes) override {
        device_.require(to);
        now([&] { std::memcpy(to, from, bytes); });
    }
    void download(void* to, const void* from, std::size_t bytes) override {
        device_.require(from);
        now([&] { std::memcpy(to, from, bytes); });
    }
    void synchronize() override { device_.drain(device_.operations); }

    std::unique_ptr<Linear> make_linear(std::span<const float> weight, std::span<const float> bias,
                                        std::int64_t out_features, std::int64_t in_features,
                                        Precision precision) override {
        return arithmetic_->make_linear(weight, bias, out_features, in_features, precision);
    }

    std::unique_ptr<Recording> record(const std::function<void()>& operations) override {
        operations();
        std::vector<std::function<void()>> work;
        taken_down_ = &work;
        operations();
        taken_down_ = nullptr;
        return std::make_unique<ClosureRecording>(device_, std::move(work), moves_, [this] {
            if (options_.replays != nullptr) ++*options_.replays;
            if (options_.moves_after_replays > 0 && ++replays_ % options_.moves_after_replays == 0) ++moves_;
        });
    }

    void clear(void* data, std::size_t bytes) override {
        device_.require(data);
        later([=, this] { arithmetic_->clear(data, bytes); });
    }
    void copy(std::span<const MatrixCopy> copies) override {
        for (const auto& [from, to] : copies) device_.require(from), device_.require(to);
        later([this, own = std::vector(copies.begin(), copies.end())] { arithmetic_->copy(own); });
    }
    void linear(const Linear& linear, const Matrix& x, const Matrix& y, Activation activation) override {
        device_.require(x), device_.require(y);
        later([=, this, &linear] { arithmetic_->linear(linear, x, y, activation); });
    }
    void attention(const AttentionProblem& problem) override {
        device_.require(problem.q), device_.require(problem.out), device_.require(problem.gates);
        device_.require(problem.units), device_.require(problem.neighbour_bias);
        for (const KeyRows& rows : problem.keys) device_.require(rows.keys), device_.require(rows.values);
        later([this, own = problem, branches = std::vector(problem.branches.begin(), problem.branches.end()),
               keys = std::vector(problem.keys.begin(), problem.keys.end())]() mutable {
            own.branches = branches;
            own.keys = keys;
            arithmetic_->attention(own);
        });
    }
    void attention_backward(const AttentionProblem&, const AttentionGradients&) override {
        throw std::logic_error("the encoder has no use for gradients");
    }
    void add_layer_norm(const Matrix& x, const Matrix& residual, const float* gamma, const float* beta,
                        float epsilon, const Matrix& y) override {
        device_.require(x), device_.require(residual), device_.require(y);
        device_.require(gamma), device_.require(beta);
        later([=, this] { arithmetic_->add_layer_norm(x, residual, gamma, beta, epsilon, y); });
    }
    void embed(std::span<const std::int32_t> ids, std::span<const std::int32_t> position,
               const Matrix& tokens, const Matrix& positions, const float* segment_row,
               const Matrix& y) override {
        device_.require(tokens), device_.require(positions), device_.require(segment_row), device_.require(y);
        now([&] { arithmetic_->embed(ids, position, tokens, positions, segment_row, y); });
    }
    void sum_rows(const Matrix& x, std::span<const RowRange> ranges, const Matrix& y) override {
        device_.require(x), device_.require(y);
        later(
            [=, this, own = std::vector(ranges.begin(), ranges.end())] { arithmetic_->sum_rows(x, own, y); });
    }

 private:
    void later(std::function<void()> work) {
        if (taken_down_ != nullptr)
            taken_down_->push_back(std::move(work));
        else
            device_.streams.queue(device_.operations, std::move(work));
    }
    template <typename Work>
    void now(const Work& work) {
        if (taken_down_ != nullptr) throw std::logic_error("what waits for the backend cannot be recorded");
        device_.pages.open_for([&] {
            device_.streams.drain(device_.operations);
            work();
        });
    }

    std::unique_ptr<Backend> arithmetic_;
    SeparateMemoryOptions options_;
    Device device_;
    std::vector<std::function<void()>>* taken_down_ = nullptr;  // where operations go while they are recorded
    int replays_ = 0, moves_ = 0;
};

}  // namespace

std::shared_ptr<kernels::Backend> make_separate_memory_backend(std::unique_ptr<Backend> arithmetic,
                                                               const SeparateMemoryOptions& options) {
    return std::make_shared<SeparateMemoryBackend>(std::move(arithmetic), options);
}

}  // namespace corpuscope::longnet
