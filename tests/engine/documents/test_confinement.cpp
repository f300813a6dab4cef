// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// A confined process can read and compute, and nothing else. Each trial runs in a process of its own, since
// there is no way back.
#include <QTemporaryDir>
#include <QTest>
#include <cerrno>
#include <fstream>
#include <functional>
#include <new>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/documents/process/confinement.h"

using namespace corpuscope::documents;

namespace {

constexpr std::int64_t kMemory = std::int64_t{1} << 30;

/// As waitpid gives it.
int status_of(const std::function<bool()>& trial) {
    const pid_t child = ::fork();
    if (child == 0) {
        confine_this_process(kMemory);
        ::_exit(trial() ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return status;
}

bool is_forbidden(long result) { return result < 0 && errno == EACCES; }

}  // namespace

class TestConfinement : public QObject {
    Q_OBJECT

 private slots:
    void initTestCase() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        QSKIP("a build with sanitizers is not confined");
#endif
        QVERIFY(folder_.isValid());
        file_ = folder_.filePath("note.txt").toStdString();
        std::ofstream(file_) << "kept";
    }

    void reads_and_computes() {
        QCOMPARE(status_of([&] {
                     std::string text;
                     std::ifstream(file_) >> text;
                     std::string other;
                     std::thread([&] { other = text; }).join();
                     return other == "kept";
                 }),
                 0);
    }

    void does_not_write() {
        const std::string other = folder_.filePath("other.txt").toStdString();
        QCOMPARE(status_of([&] { return is_forbidden(::open(file_.c_str(), O_WRONLY)); }), 0);
        QCOMPARE(status_of([&] { return is_forbidden(::open(file_.c_str(), O_RDWR | O_APPEND)); }), 0);
        QCOMPARE(status_of([&] { return is_forbidden(::open(other.c_str(), O_CREAT | O_RDONLY, 0600)); }), 0);
        QCOMPARE(status_of([&] { return is_forbidden(::open(file_.c_str(), O_TRUNC | O_RDONLY)); }), 0);
        QCOMPARE(status_of([&] { return is_forbidden(::unlink(file_.c_str())); }), 0);
        QCOMPARE(status_of([&] { return is_forbidden(::rename(file_.c_str(), other.c_str())); }), 0);
        QCOMPARE(status_of([&] { return is_forbidden(::chmod(file_.c_str(), 0777)); }), 0);
        QCOMPARE(status_of([&] { return is_forbidden(::truncate(file_.c_str(), 0)); }), 0);
        std::string text;
        std::ifstream(file_) >> text;
        QCOMPARE(text, std::string("kept"));
    }

    void reaches_nobody() {
        QCOMPARE(status_of([] { return is_forbidden(::socket(AF_INET, SOCK_STREAM, 0)); }), 0);
        QCOMPARE(status_of([] { return is_forbidden(::socket(AF_UNIX, SOCK_STREAM, 0)); }), 0);
        QCOMPARE(status_of([] { return is_forbidden(::kill(::getppid(), 0)); }), 0);
        QCOMPARE(status_of([] { return is_forbidden(::tgkill(::getppid(), ::getppid(), 0)); }), 0);
        QCOMPARE(status_of([] { return is_forbidden(::fork()); }), 0);
        QCOMPARE(status_of([] { return is_forbidden(::execl("/bin/true", "true", nullptr)); }), 0);
    }

    void memory_is_bounded() {
        QCOMPARE(status_of([] {
                     try {
                         return std::vector<char>(2 * kMemory).empty();
                     } catch (const std::bad_alloc&) {
                         return true;
                     }
                 }),
                 0);
    }

    void time_is_bounded() {
        const int status = status_of([] {
            allow_cpu_seconds(0);
            while (::getppid() != 0) continue;
            return false;
        });
        QVERIFY(WIFSIGNALED(status));
        QCOMPARE(WTERMSIG(status), SIGXCPU);
    }

    void may_still_abort() {
        const int status = status_of([]() -> bool {
            ::signal(SIGABRT, SIG_DFL);  // the test framework's would print
            std::abort();
        });
        QVERIFY(WIFSIGNALED(status));
        QCOMPARE(WTERMSIG(status), SIGABRT);
        QVERIFY(!WCOREDUMP(status));
    }

 private:
    QTemporaryDir folder_;
    std::string file_;
};

QTEST_GUILESS_MAIN(TestConfinement)
#include "test_confinement.moc"
