// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The index arithmetic of the CUDA kernels against the definition of a branch, position by position: which
// rows are kept, which keys a query sees, which tiles cover the queries, and where kept rows and partial
// states lie.
#include <cstdio>
#include <set>
#include <vector>

#include "kernels/attention.h"
#include "kernels/cuda/plan.h"

namespace corpuscope::gpu_check {
namespace {

using namespace kernels;
using namespace kernels::cuda;

int failures = 0;

void expect(bool holds, const char* what, std::int64_t length, const Branch& branch, std::int64_t offset) {
    if (holds) return;
    std::printf("FAIL %s: length %lld, segment %lld, rate %lld, offset %lld\n", what,
                static_cast<long long>(length), static_cast<long long>(branch.segment),
                static_cast<long long>(branch.rate), static_cast<long long>(offset));
    ++failures;
}

/// The definition: positions that the branch keeps, in order.
std::vector<std::int64_t> kept_positions(std::int64_t length, const Branch& branch, std::int64_t offset) {
    std::vector<std::int64_t> positions;
    for (std::int64_t i = 0; i < length; ++i)
        if (i % branch.segment % branch.rate == offset) positions.push_back(i);
    return positions;
}

void check_kept_rows(std::int64_t length, const Branch& branch, std::int64_t offset) {
    const auto expected = kept_positions(length, branch, offset);
    const KeptRows kept = KeptRows::make(length, branch.segment, branch.rate, offset);
    expect(kept.count() == static_cast<std::int64_t>(expected.size()), "count", length, branch, offset);
    std::int64_t index = 0;
    for (std::int64_t position = 0; position <= length; ++position) {
        expect(kept.before(position) == index, "before", length, branch, offset);
        if (position == length) break;
        const bool is_kept = index < kept.count() && expected[static_cast<std::size_t>(index)] == position;
        expect(kept.index_of(position) == (is_kept ? index : -1), "index_of", length, branch, offset);
        if (!is_kept) continue;
        expect(kept.position(index) == position, "position", length, branch, offset);
        for (const bool causal : {false, true}) {
            const KeptRange visible = kept.visible_to(index, causal);
            for (std::int64_t other = 0; other < kept.count(); ++other) {
                const std::int64_t key = expected[static_cast<std::size_t>(other)];
                const bool sees =
                    key / branch.segment == position / branch.segment && (!causal || key <= position);
                expect(sees == (other >= visible.begin && other < visible.end), "visible_to", length, branch,
                       offset);
            }
        }
        ++index;
    }
}

void check_tiles(std::int64_t length, const Branch& branch, std::int64_t offset, std::int64_t begin,
                 std::int64_t end) {
    const KeptRows kept = KeptRows::make(length, branch.segment, branch.rate, offset);
    for (const std::int64_t rows : {1, 16, 128}) {
        const QueryTiles tiles = QueryTiles::make(kept, begin, end - begin, rows);
        std::multiset<std::int64_t> covered;
        for (std::int64_t tile = 0; tile < tiles.size(); ++tile)
            for (std::int64_t row = 0; row < rows; ++row) {
                const std::int64_t index = tiles.begin_of(tile) + row;
                if (index < tiles.first || index >= tiles.end) continue;
                covered.insert(kept.position(index));
                for (const bool causal : {false, true}) {
                    const KeptRange keys = keys_of_tile(kept, tiles, tile, causal),
                                    own = kept.visible_to(index, causal);
                    expect(keys.begin <= own.begin && own.end <= keys.end && keys.end <= kept.count(),
                           "keys_of_tile", length, branch, offset);
                }
            }
        std::multiset<std::int64_t> expected;
        for (const std::int64_t position : kept_positions(length, branch, offset))
            if (position >= begin && position < end) expected.insert(position);
        expect(covered == expected, "tiles cover each kept query once", length, branch, offset);
    }
}

void check_kept_only_rows(std::int64_t length, const Branch& branch, std::int64_t offset) {
    if (branch.segment % branch.rate != 0) return;
    const KeptRows kept = KeptRows::make(length, branch.segment, branch.rate, offset);
    constexpr std::int64_t kFirst = 3;
    for (std::int64_t index = 0; index < kept.count(); ++index) {
        const std::int64_t position = kept.position(index);
        expect((kFirst + key_row(kept, index, kFirst, true)) * branch.rate + offset == position,
               "kept_only row", length, branch, offset);
        expect(kFirst + key_row(kept, index, kFirst, false) == position, "dense row", length, branch, offset);
    }
}

/// Every query of every head has one partial state of its own for each branch that keeps it, inside what was
/// counted.
void check_states(std::int64_t length, std::int64_t begin, std::int64_t end) {
    const std::vector<Branch> branches{{16, 4}, {24, 1}, {50, 3}, {64, 16}, {8, 20}};
    std::vector<KeyRows> keys(branches.size());
    AttentionProblem problem;
    problem.length = length, problem.query_begin = begin, problem.queries = end - begin;
    problem.heads = problem.kv_heads = 5, problem.head_dim = 32;
    problem.branches = branches, problem.keys = keys;
    problem.rule = OffsetRule::Rotating, problem.layer = 4;
    AttentionParams params = make_params(problem);
    const FusedPlan plan = plan_fused(params, 128);
    expect(plan.finishing == 1, "the finishing branch has rate 1", length, branches[1], 0);
    std::set<std::int64_t> states;
    for (int b = 0; b < params.branch_count; ++b)
        for (int head = 0; b != plan.finishing && head < params.heads; ++head) {
            const std::int64_t offset = head_offset(
                head, params.heads, branches[static_cast<std::size_t>(b)].rate, problem.rule, problem.layer);
            for (const std::int64_t position :
                 kept_positions(length, branches[static_cast<std::size_t>(b)], offset)) {
                if (position < begin || position >= end) continue;
                const std::int64_t state = params.state_of(b, head, params.kept(b, head).index_of(position));
                expect(state >= 0 && state < plan.states && states.insert(state).second, "partial states",
                       length, branches[static_cast<std::size_t>(b)], offset);
            }
        }
}

void check_offsets() {
    for (const OffsetRule rule : {OffsetRule::Modulo, OffsetRule::Rotating, OffsetRule::Grouped})
        for (const int heads : {1, 4, 12})
            for (const std::int64_t rate : {1, 3, 4, 16, 50})
                for (int head = 0; head < heads; ++head)
                    for (const int layer : {0, 1, 5})
                        expect(device_head_offset(head, heads, rate, rule, layer) ==
                                   head_offset(head, heads, rate, rule, layer),
                               "head offset", heads, {1, rate}, head);
}

}  // namespace
}  // namespace corpuscope::gpu_check

int main() {
    using namespace corpuscope::gpu_check;
    check_offsets();
    for (const std::int64_t length : {0, 1, 2, 17, 89, 130})
        for (const Branch& branch : std::vector<Branch>{{8, 1},
                                                        {32, 4},
                                                        {96, 12},
                                                        {20, 3},
                                                        {89, 7},
                                                        {64, 4},
                                                        {256, 8},
                                                        {1, 1},
                                                        {5, 9},
                                                        {7, 2},
                                                        {300, 300}})
            for (const std::int64_t offset : {0, 1, 2, 6}) {
                if (offset >= branch.rate) continue;
                check_kept_rows(length, branch, offset);
                check_kept_only_rows(length, branch, offset);
                check_tiles(length, branch, offset, 0, length);
                check_tiles(length, branch, offset, length / 3, length - length / 5);
            }
    check_states(200, 0, 200);
    check_states(200, 37, 101);
    check_states(1, 0, 1);
    std::printf("%d failures\n", failures);
    return failures == 0 ? 0 : 1;
}
