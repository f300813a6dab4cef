// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Blocks of hidden states that are read and written beside the work, with a store that takes its time.
#include <QTest>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "engine/longnet/block_states.h"

using namespace corpuscope;
using namespace corpuscope::longnet;

namespace {

constexpr std::int64_t kColumns = 8;
using Place = std::pair<std::size_t, int>;  // block, layers that it has been through

/// As a disk has it: what is written is there when it is done, and marks stand for what was.
class SlowStore final : public HiddenStore {
 public:
    void read(std::size_t block, int after, const kernels::Matrix& states) override {
        const Busy busy(*this);
        const float value = kept.at({block, after});
        std::fill_n(states.row<float>(0), states.rows * states.columns, value);
    }
    void write(std::size_t block, int after, const kernels::Matrix& states) override {
        const Busy busy(*this);
        if (block == broken) throw std::runtime_error("no room for block " + std::to_string(block));
        const auto* begin = states.row<float>(0);
        const auto* end = begin + states.rows * states.columns;
        whole = whole && std::all_of(begin, end, [&](float value) { return value == *begin; });
        written.emplace_back(block, after);
        next_kept[{block, after}] = *begin;
    }
    void mark(const PassProgress& progress) override {
        marks.emplace_back(progress.finished, written.size());
    }
    kernels::DType type() const override { return kernels::DType::F32; }

    std::map<Place, float> kept, next_kept;  ///< of the layer before, and of the one at hand
    std::vector<Place> written;
    std::vector<std::pair<std::int64_t, std::size_t>>
        marks;          ///< blocks that it counts, and that were written
    bool whole = true;  ///< all rows of a block had the same value
    std::size_t broken = SIZE_MAX;
    std::atomic<int> at_once = 0, most_at_once = 0;

 private:
    struct Busy {
        explicit Busy(SlowStore& owner) : store(owner) {
            const int now = ++store.at_once;
            int most = store.most_at_once;
            while (most < now && !store.most_at_once.compare_exchange_weak(most, now)) {
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        ~Busy() { --store.at_once; }
        SlowStore& store;
    };
};

std::vector<Block> make_blocks(std::size_t count) {
    std::vector<Block> blocks(count);
    for (std::size_t i = 0; i < count; ++i) blocks[i].rows = 64 - static_cast<std::int64_t>(i);
    return blocks;
}

void fill(const kernels::Matrix& x, float value) { std::fill_n(x.row<float>(0), x.rows * x.columns, value); }

}  // namespace

class TestHostStates : public QObject {
    Q_OBJECT

    std::unique_ptr<kernels::Backend> backend_ = kernels::make_reference_backend();

 private slots:
    void blocksComeBackAsTheyWereLeft() {
        const auto blocks = make_blocks(7);
        SlowStore store;
        const auto states = make_host_states(*backend_, {blocks, kColumns, kernels::DType::F32}, &store);
        for (std::size_t b = 0; b < blocks.size(); ++b) {
            fill(states->open(b), static_cast<float>(b));
            states->leave({b, 1, true, {0, static_cast<std::int64_t>(b) + 1}});
        }
        states->settle();
        for (int layer = 1; layer < 4; ++layer) {
            store.kept = std::exchange(store.next_kept, {});
            store.most_at_once = 0;
            for (std::size_t i = 0; i < blocks.size(); ++i) {
                const auto at = [&](std::size_t turn) { return layer % 2 ? blocks.size() - 1 - turn : turn; };
                const kernels::Matrix x = states->load(at(i), layer);
                if (i + 1 < blocks.size()) states->fetch(at(i + 1), layer);
                QCOMPARE(x.rows, blocks[at(i)].rows);
                const float expected = static_cast<float>(at(i)) + 100.0F * static_cast<float>(layer - 1);
                for (std::int64_t k = 0; k < x.rows * x.columns; ++k) QCOMPARE(x.row<float>(0)[k], expected);
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
                fill(x, expected + 100.0F);
                states->leave({at(i), layer + 1, true, {layer, static_cast<std::int64_t>(i) + 1}});
            }
            states->settle();
            QVERIFY(store.most_at_once == 2);  // one is read while another is written
        }
        QVERIFY2(store.whole, "a block was written while something else came into its room");
        QCOMPARE(store.written.size(), 4 * blocks.size());
        for (std::size_t m = 0; m < store.marks.size(); ++m) {
            QCOMPARE(store.marks[m].first, static_cast<std::int64_t>(m % blocks.size()) + 1);
            QCOMPARE(store.marks[m].second, m + 1);  // the block that it counts last has been written
        }
    }

    void aBlockThatCannotBeWrittenIsReported() {
        const auto blocks = make_blocks(4);
        SlowStore store;
        store.broken = 1;
        const auto states = make_host_states(*backend_, {blocks, kColumns, kernels::DType::F32}, &store);
        const auto go_through = [&] {
            for (std::size_t b = 0; b < blocks.size(); ++b) {
                fill(states->open(b), 1.0F);
                states->leave({b, 1, true, {0, static_cast<std::int64_t>(b) + 1}});
            }
            states->settle();
        };
        QVERIFY_EXCEPTION_THROWN(go_through(), std::runtime_error);
        QCOMPARE(store.marks.size(), std::size_t{1});  // the blocks behind it do not count as finished
    }

    void whatIsOnItsWayWhenAPassEndsDoesNoHarm() {
        const auto blocks = make_blocks(3);
        SlowStore store;
        store.kept = {{{0, 1}, 1.0F}, {{1, 1}, 2.0F}};
        const auto states = make_host_states(*backend_, {blocks, kColumns, kernels::DType::F32}, &store);
        QCOMPARE(states->load(0, 1).row<float>(0)[0], 1.0F);
        states->fetch(1, 1);
        states->leave({0, 2, true, {1, 1}});
        const kernels::Matrix other = states->open(2);  // not the one that was fetched
        fill(other, 3.0F);
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        QCOMPARE(other.row<float>(0)[0], 3.0F);
        states->fetch(1, 1);
        QCOMPARE(states->load(1, 1).row<float>(0)[0], 2.0F);
        states->fetch(0, 1);
        states->leave({1, 2, true, {1, 2}});
    }
};

QTEST_GUILESS_MAIN(TestHostStates)
#include "test_host_states.moc"
