// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QTest>
#include <atomic>

#include "kernels/cpu/workers.h"

using namespace corpuscope::kernels::cpu;

namespace {

using Counts = std::vector<std::atomic<int>>;

bool all_are(const Counts& counts, int wanted) {
    return std::all_of(counts.begin(), counts.end(), [&](const auto& count) { return count == wanted; });
}

}  // namespace

class TestThreadPool : public QObject {
    Q_OBJECT
 private slots:
    void every_task_runs_once_data() {
        QTest::addColumn<int>("threads");
        for (const int threads : {1, 2, 7}) QTest::addRow("%d threads", threads) << threads;
    }
    void every_task_runs_once() {
        QFETCH(int, threads);
        Workers workers(threads);
        for (const int count : {0, 1, 5, 1000})
            for (const int chunk : {1, 3, 2000}) {
                Counts counts(static_cast<std::size_t>(count));
                workers.run(count, chunk, 64,
                            [&](std::int64_t i, std::byte*) { ++counts[static_cast<std::size_t>(i)]; });
                QVERIFY(all_are(counts, 1));
            }
    }

    void tasks_share_no_scratch() {
        Workers workers(4);
        std::atomic<int> disturbed = 0;
        workers.run(2000, 1, sizeof(std::int64_t), [&](std::int64_t i, std::byte* scratch) {
            auto& own = *reinterpret_cast<volatile std::int64_t*>(scratch);
            own = i;
            for (int turn = 0; turn < 50; ++turn)
                if (own != i) ++disturbed;
        });
        QCOMPARE(disturbed.load(), 0);
    }

    void loops_inside_tasks_stay_on_their_thread() {
        Workers workers(3);
        Workers others(5);
        Counts counts(20);
        std::atomic<int> strays = 0;
        workers.for_each(20, [&](std::int64_t i, int thread) {
            const auto here = std::this_thread::get_id();
            if (thread < 0 || thread >= 3 || workers.threads() != 1) ++strays;
            const auto inner = [&](std::int64_t, std::byte*) {
                if (std::this_thread::get_id() != here) ++strays;
                ++counts[static_cast<std::size_t>(i)];
            };
            workers.run(10, 1, 256, inner);
            others.run(10, 1, 256, inner);
        });
        QCOMPARE(strays.load(), 0);
        QVERIFY(all_are(counts, 20));
        QCOMPARE(workers.threads(), 3);
    }

    void many_short_loops() {
        Workers workers(3);
        std::atomic<std::int64_t> sum = 0;
        for (int loop = 0; loop < 5000; ++loop)
            workers.run(4, 1, 0, [&](std::int64_t i, std::byte*) { sum += i; });
        QCOMPARE(sum.load(), 30000);
    }
};

QTEST_GUILESS_MAIN(TestThreadPool)
#include "test_thread_pool.moc"
