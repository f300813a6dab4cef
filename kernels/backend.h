// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/attention.h"
#include "kernels/attention_backward.h"
#include "kernels/types.h"

namespace corpuscope::kernels {

/// Memory of a backend (host or device), 64-byte aligned, freed with the object.
class Buffer {
 public:
    virtual ~Buffer() = default;
    virtual void* data() const = 0;
    virtual std::size_t bytes() const = 0;
};

/// Weights of y = x W^T + b in the layout that a backend multiplies fastest.
class Linear {
 public:
    virtual ~Linear() = default;
    virtual std::int64_t in_features() const = 0;
    virtual std::int64_t out_features() const = 0;
    virtual Precision precision() const = 0;
};

/// Copies between host memory and a backend's memory that go on beside the backend's operations: in the
/// order in which they are queued, and apart from the operations but for `follow` and `lead`. Host memory
/// should be of Backend::allocate_host, else a copy may wait. Destruction waits for the copies.
class CopyQueue {
 public:
    virtual ~CopyQueue() = default;
    virtual void upload(void* to, const void* from, std::size_t bytes) = 0;
    virtual void download(void* to, const void* from, std::size_t bytes) = 0;
    /// What is queued from now on begins when the operations called so far are done.
    virtual void follow() = 0;
    /// Operations called from now on begin when what is queued so far is done.
    virtual void lead() = 0;
    /// Returns when what is queued so far is done, the operations that it follows included.
    virtual void wait() = 0;
};

/// Operations that a backend took down, to be called again as one.
class Recording {
 public:
    virtual ~Recording() = default;
    /// Calls them again on the memory that they named, whose contents may have changed. False, with nothing
    /// called, where the backend has since moved memory of its own that they use.
    virtual bool replay() = 0;
};

enum class Activation : std::uint8_t { None, Gelu };

/// The arithmetic of the encoder on one kind of machine. Arguments are views of memory of this backend. Calls
/// may return before the work is done (cuda); `synchronize` and `download` wait. Throws std::invalid_argument
/// for shapes and options that make no sense, naming the value; std::runtime_error where the machine fails.
class Backend {
 public:
    virtual ~Backend() = default;

    virtual std::string_view name() const = 0;    ///< "reference", "cpu", "cuda"
    virtual std::string description() const = 0;  ///< for people: processor, instruction set, threads
    virtual bool supports(Precision) const = 0;   ///< natively; others are emulated by rounding the operands
    virtual Precision fastest_precision() const = 0;
    virtual int threads() const { return 1; }  ///< processor threads that its calls use
    /// Calls work(index, thread) for every index in [0, count) on those threads, thread < threads(). `work`
    /// must not throw; what it calls of this backend stays on its thread.
    virtual void for_each(std::int64_t count,
                          const std::function<void(std::int64_t index, int thread)>& work) {
        for (std::int64_t i = 0; i < count; ++i) work(i, 0);
    }
    virtual bool host_memory() const { return true; }  ///< can the processor dereference Buffer::data()?
    /// Bytes that `allocate` can still give; where nobody counts them, the largest number.
    virtual std::size_t free_memory() const { return std::numeric_limits<std::size_t>::max(); }
    /// What rows that go from one operation to the next should be stored as in this precision. Where it is
    /// BF16, a Linear of this precision takes and gives that.
    virtual DType row_type(Precision) const { return DType::F32; }
    /// The same for what attention reads and gives: queries, keys, values and their mixture. A Linear of this
    /// precision takes and gives that too.
    virtual DType attention_type(Precision precision) const { return row_type(precision); }

    virtual std::unique_ptr<Buffer> allocate(std::size_t bytes) = 0;
    virtual void upload(void* to, const void* from, std::size_t bytes) = 0;
    virtual void download(void* to, const void* from, std::size_t bytes) = 0;
    virtual void synchronize() = 0;
    /// Memory of the processor that copies to and from this backend's go to fastest.
    virtual std::unique_ptr<Buffer> allocate_host(std::size_t bytes) { return allocate(bytes); }
    virtual std::unique_ptr<CopyQueue> make_copy_queue();

    /// Calls `operations`, which call this backend and nothing that waits for it, and returns what calls the
    /// same operations again at less cost each; null where there is no such thing, or where they cannot be
    /// taken down. `operations` may be run more than once. What they name (memory, Linears) must outlive the
    /// recording.
    virtual std::unique_ptr<Recording> record(const std::function<void()>& operations) {
        operations();
        return nullptr;
    }

    /// Sets bytes to zero.
    virtual void clear(void* data, std::size_t bytes) = 0;
    /// All copies, F32 or BF16 to either of the two. No result may overlap another result or a source.
    virtual void copy(std::span<const MatrixCopy>) = 0;

    /// weight: [out_features, in_features] in host memory; bias: [out_features] or empty.
    virtual std::unique_ptr<Linear> make_linear(std::span<const float> weight, std::span<const float> bias,
                                                std::int64_t out_features, std::int64_t in_features,
                                                Precision) = 0;

    /// y [rows, out] = activation(x [rows, in] W^T + b). x and y are F32, or BF16 where the Linear is or
    /// one of the two types above, for its precision.
    virtual void linear(const Linear&, const Matrix& x, const Matrix& y, Activation) = 0;

    /// The same without an activation, with y in parts of its columns. `space` [rows, out]: memory that it
    /// may use.
    virtual void linear_in_parts(const Linear&, const Matrix& x, const ColumnParts& y, const Matrix& space);

    virtual void attention(const AttentionProblem&) = 0;

    /// Gradients of `attention`, whose `out` and `lse` the problem holds; see AttentionGradients.
    virtual void attention_backward(const AttentionProblem&, const AttentionGradients&) = 0;

    /// y = layer_norm(x + residual) * gamma + beta over each row; residual.data may be null; y may be x or
    /// residual.
    virtual void add_layer_norm(const Matrix& x, const Matrix& residual, const float* gamma,
                                const float* beta, float epsilon, const Matrix& y) = 0;

    /// y[i] = tokens[ids[i]] + positions[position[i]] + segment_row; an id < 0 gives a zero row.
    virtual void embed(std::span<const std::int32_t> ids, std::span<const std::int32_t> position,
                       const Matrix& tokens, const Matrix& positions, const float* segment_row,
                       const Matrix& y) = 0;

    /// y [ranges, columns] = the sum over each range of rows of x, added up in their order. `ranges` is host
    /// memory; y is F32.
    virtual void sum_rows(const Matrix& x, std::span<const RowRange> ranges, const Matrix& y) = 0;
};

std::unique_ptr<Backend> make_reference_backend();

/// threads 0: one a physical core. Null where the build left the backend out (cpu: without Highway or oneDNN
/// the parts that are missing fall back to the reference, and `description` says so).
std::unique_ptr<Backend> make_cpu_backend(int threads = 0);

/// Null where the program was built without CUDA or the machine has no usable device; `why` then says so.
std::unique_ptr<Backend> make_cuda_backend(int device, std::string* why = nullptr);

/// "reference", "cpu", "cuda" or "auto" (cuda where there is one, else cpu). Throws std::invalid_argument
/// otherwise.
std::unique_ptr<Backend> make_backend(std::string_view name, int threads = 0);

}  // namespace corpuscope::kernels
