// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Fused gradients of dilated attention. In one branch a segment's kept rows of one head are a dense square of
// queries and keys that nothing else in the branch touches, so a task computes one square, or a rectangle of
// a larger one. Tasks that run at once never write the same rows: branches follow one another, and so do the
// diagonals of squares that are cut into rectangles. So no sum needs a lock, and all come out the same on any
// number of threads.
#include "kernels/cpu/attention_backward.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/bf16.h"
#include "kernels/cpu/attention_backward_task.h"
#include "kernels/reference/block_selection.h"

namespace corpuscope::kernels::cpu {
namespace {

/// Sums that tasks leave before they are added up, at most. A bound that does not depend on the number of
/// threads, so that the order of additions does not either.
constexpr std::int64_t kSumsAtOnce = std::int64_t{1} << 18;

constexpr std::int64_t kQueriesAtOnce = 1024;

class Backward {
 public:
    Backward(const AttentionProblem& problem, const AttentionGradients& gradients, Workers& workers)
        : p_(problem),
          g_(gradients),
          workers_(workers),
          group_(p_.heads / p_.kv_heads),
          reach_(p_.relative_bias.table != nullptr ? p_.relative_bias.max_distance : -1),
          scratch_bytes_(backward_scratch_bytes(p_.head_dim)) {
        const bool sums = g_.dgates != nullptr || g_.dneighbour_bias != nullptr ||
                          g_.dalibi_slopes != nullptr || g_.drelative_bias != nullptr;
        if (sums) terms_ = kDistanceSums + (g_.drelative_bias != nullptr ? 2 * reach_ + 1 : 0);
        tabulate_distances();
        prepare_rows();
    }

    void run() {
        if (std::any_of(log_sums_.begin(), log_sums_.end(), is_large)) normalize_large_rows();
        for (int b = 0; b < static_cast<int>(p_.keys.size()); ++b) {
            run_branch(b);
            if (terms_ > 0) store_totals(b);
        }
    }

 private:
    static bool is_large(float log_sum) { return std::isfinite(log_sum) && std::abs(log_sum) > kLargeLogSum; }

    /// Where scores are large, float32 has rounded the forward pass's log sums and results visibly. Computes
    /// both again, more precisely: makes the probabilities of such rows add up to 1, and the gradients of
    /// their scores to 0.
    void normalize_large_rows() {
        row_sums_.assign(log_sums_.size(), {});
        for (int b = 0; b < static_cast<int>(p_.keys.size()); ++b) run_branch(b);
        corrections_.assign(log_sums_.size(), 0.0F);
        for (std::size_t i = 0; i < log_sums_.size(); ++i) {
            const auto [probability, product] = row_sums_[i];
            if (!is_large(log_sums_[i]) || !(probability > 0.0F)) continue;
            corrections_[i] = std::log2(probability);
            deltas_[i] = product / probability;
        }
        row_sums_.clear();
    }

    int bucket(std::int64_t distance) const {
        return relative_bucket(distance, p_.relative_bias.buckets, p_.relative_bias.max_distance, p_.causal);
    }

    void tabulate_distances() {
        for (int h = 0; h < p_.heads && reach_ >= 0; ++h)
            for (std::int64_t distance = -reach_; distance <= reach_; ++distance)
                distance_bias_.push_back(
                    kLog2OfE * p_.relative_bias.table[h * p_.relative_bias.buckets + bucket(distance)]);
    }

    /// Log sums and deltas of every query and head.
    void prepare_rows() {
        log_sums_.resize(static_cast<std::size_t>(p_.heads * p_.queries));
        deltas_.resize(log_sums_.size());
        const std::int64_t parts = (p_.queries + kQueriesAtOnce - 1) / kQueriesAtOnce;
        workers_.run(parts * p_.heads, 1, 0, [&](std::int64_t index, std::byte*) {
            const auto head = static_cast<int>(index % p_.heads);
            const std::int64_t first = index / p_.heads * kQueriesAtOnce;
            const std::int64_t count = std::min(kQueriesAtOnce, p_.queries - first);
            const auto at = static_cast<std::size_t>(head * p_.queries + first);
            add_up_log_sums(p_, head, first, count, log_sums_.data() + at);
            for (std::int64_t q = 0; q < count; ++q)
                deltas_[at + static_cast<std::size_t>(q)] = delta(head, first + q);
        });
    }

    float delta(int head, std::int64_t query) const {
        const std::int64_t column = std::int64_t{head} * p_.head_dim;
        const std::int64_t out = query * p_.out_stride + column, dout = query * g_.dout_stride + column;
        constexpr int kChains = 8;  // independent sums, which the compiler makes a vector of
        float sums[kChains] = {};
        const auto product = [&](std::int64_t i) {
            return load_float(p_.out, out + i, p_.type) * load_float(g_.dout, dout + i, p_.type);
        };
        int i = 0;
        for (; i + kChains <= p_.head_dim; i += kChains)
            for (int j = 0; j < kChains; ++j) sums[j] += product(i + j);
        for (; i < p_.head_dim; ++i) sums[0] += product(i);
        float sum = 0.0F;
        for (const float part : sums) sum += part;
        return sum;
    }

    void run_branch(int b) {
        totals_.assign(static_cast<std::size_t>(p_.heads * terms_), 0.0);
        if (b < static_cast<int>(p_.branches.size()))
            run_segments(b);
        else
            run_selected_blocks(b);
    }

    void run_segments(int b) {
        const auto [segment, rate] = p_.branches[static_cast<std::size_t>(b)];
        const std::int64_t first = p_.query_begin / segment;
        const std::int64_t segments = (p_.query_begin + p_.queries - 1) / segment - first + 1;
        const std::int64_t rows = (std::min(segment, p_.length) + rate - 1) / rate;
        const std::int64_t sides = (rows + kSide - 1) / kSide;
        for (std::int64_t diagonal = 0; diagonal < sides; ++diagonal)
            run_tasks(b, segments * sides,
                      [&](std::int64_t index, int head, double* sums, std::byte* scratch) {
                          const std::int64_t query_side = index % sides;
                          const std::int64_t key_side = (query_side + diagonal) % sides;
                          const std::int64_t begin = (first + index / sides) * segment;
                          run_rectangle(b, begin, head, query_side, key_side, sums, scratch);
                      });
    }

    /// Rectangle (query_side, key_side) of the segment at `begin`.
    void run_rectangle(int b, std::int64_t begin, int head, std::int64_t query_side, std::int64_t key_side,
                       double* sums, std::byte* scratch) {
        if (p_.causal && key_side > query_side) return;
        const auto [segment, rate] = p_.branches[static_cast<std::size_t>(b)];
        const std::int64_t end = std::min(begin + segment, p_.length), width = kSide * rate;
        const std::int64_t first = begin + head_offset(head, p_.heads, rate, p_.rule, p_.layer);
        const auto side = [&, rate = rate](std::int64_t index) {
            const std::int64_t from = first + index * width;
            return Positions{from, std::min(end, from + width), rate};
        };
        run_task(b, head, side(query_side), side(key_side), sums, scratch);
    }

    /// The dynamic branch: query blocks choose freely among the key blocks, so each key head is one task.
    void run_selected_blocks(int b) {
        const auto selected = reference::select_blocks(p_);
        const std::int64_t block = p_.dynamic_sparse.block;
        const auto positions = [&](std::int64_t from, std::int64_t end) {
            return Positions{from, std::min({from + kSide, end, p_.length}), 1};
        };
        run_tasks(b, 1, [&](std::int64_t, int head, double* sums, std::byte* scratch) {
            for (std::int64_t q = p_.query_begin; q < p_.query_begin + p_.queries; q += block) {
                const std::int64_t at = (q - p_.query_begin) / block * p_.heads + head;
                for (const std::int64_t chosen : selected[static_cast<std::size_t>(at)])
                    for (std::int64_t query = q; query < q + block; query += kSide)
                        for (std::int64_t key = chosen * block; key < (chosen + 1) * block; key += kSide)
                            run_task(b, head, positions(query, q + block),
                                     positions(key, (chosen + 1) * block), sums, scratch);
            }
        });
    }

    void run_task(int b, int head, Positions queries, Positions keys, double* sums, std::byte* scratch) {
        if (queries.begin < p_.query_begin)
            queries.begin +=
                (p_.query_begin - queries.begin + queries.step - 1) / queries.step * queries.step;
        queries.end = std::min(queries.end, p_.query_begin + p_.queries);
        if (queries.begin >= queries.end || keys.begin >= keys.end) return;
        const auto pointer = [](auto& values) { return values.empty() ? nullptr : values.data(); };
        run_backward_task({&p_, &g_, pointer(distance_bias_), log_sums_.data(), pointer(corrections_),
                           deltas_.data(), b, head, queries, keys, pointer(row_sums_), sums, scratch});
    }

    /// Calls work(index, head, sums, scratch) for each index in [0, count) and each head. All heads that read
    /// one key head follow one another on one thread.
    template <typename Work>
    void run_tasks(int b, std::int64_t count, const Work& work) {
        const std::int64_t tasks = count * p_.kv_heads, width = group_ * terms_;
        const std::int64_t at_once = width == 0 ? tasks : std::max<std::int64_t>(kSumsAtOnce / width, 1);
        for (std::int64_t first = 0; first < tasks; first += at_once) {
            const std::int64_t now = std::min(at_once, tasks - first);
            sums_.assign(static_cast<std::size_t>(now * width), 0.0);
            workers_.run(now, 1, scratch_bytes_, [&](std::int64_t task, std::byte* scratch) {
                const std::int64_t index = (first + task) / p_.kv_heads;
                for (int g = 0; g < group_; ++g) {
                    const int head = head_of(first + task, g);
                    if (gate_of(p_, b, head) == -HUGE_VALF) continue;
                    work(index, head, width == 0 ? nullptr : sums_.data() + task * width + g * terms_,
                         scratch);
                }
            });
            add_up(first, now);
        }
    }

    int head_of(std::int64_t task, int g) const { return static_cast<int>(task % p_.kv_heads) * group_ + g; }

    void add_up(std::int64_t first, std::int64_t count) {
        const double* from = sums_.data();
        for (std::int64_t task = first; task < first + count && terms_ > 0; ++task)
            for (int g = 0; g < group_; ++g) {
                double* to = totals_.data() + head_of(task, g) * terms_;
                for (std::int64_t term = 0; term < terms_; ++term) *to++ += *from++;
            }
    }

    void store_totals(int b) {
        for (int head = 0; head < p_.heads; ++head) {
            const double* totals = totals_.data() + head * terms_;
            const auto add = [&](float* to, std::int64_t at, std::int64_t term) {
                if (to != nullptr) to[at] += static_cast<float>(totals[term]);
            };
            add(g_.dgates, std::int64_t{b} * p_.heads + head, kGateSum);
            add(g_.dneighbour_bias, head, kNeighbourSum);
            add(g_.dalibi_slopes, head, kSlopeSum);
            for (std::int64_t distance = -reach_; g_.drelative_bias != nullptr && distance <= reach_;
                 ++distance)
                add(g_.drelative_bias, std::int64_t{head} * p_.relative_bias.buckets + bucket(distance),
                    kDistanceSums + reach_ + distance);
        }
    }

    const AttentionProblem& p_;
    const AttentionGradients& g_;
    Workers& workers_;
    int group_;               ///< query heads of a key head
    std::int64_t reach_;      ///< T5's largest distance; -1: no such bias
    std::int64_t terms_ = 0;  ///< sums that each head of a task leaves
    std::size_t scratch_bytes_;
    std::vector<float> distance_bias_;
    std::vector<float> log_sums_, corrections_, deltas_;  ///< [heads, queries]
    std::vector<RowSums> row_sums_;                       ///< the same, while large rows are computed again
    std::vector<double> sums_;                            ///< [tasks at once, group, terms]
    std::vector<double> totals_;                          ///< [heads, terms] of the branch at hand
};

}  // namespace

void fused_attention_backward(const AttentionProblem& p, const AttentionGradients& g, Workers& workers) {
    if (p.queries > 0) Backward(p, g, workers).run();
}

}  // namespace corpuscope::kernels::cpu
