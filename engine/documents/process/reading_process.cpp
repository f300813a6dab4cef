// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/process/reading_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "engine/documents/file_bytes.h"
#include "engine/documents/process/messages.h"

namespace corpuscope::documents {
namespace {

constexpr std::int64_t kMaxReadyBytes = 16;
constexpr std::int64_t kTimerSlack = 5;  ///< seconds that the process's own timer is given to be first

Waiting waiting_with(Control* control) {
    return [control] {
        if (control != nullptr) control->checkpoint();
    };
}

/// Text, and its structure, which takes more than the text only in documents of single letters.
std::int64_t max_result_bytes(const Limits& limits) { return 8 * limits.max_text_bytes + (1 << 20); }

/// Processor time that a process has used; negative once there is none.
double cpu_seconds_of(pid_t process) {
    clockid_t clock{};
    timespec used{};
    if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return -1;
    return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

/// The socket becomes standard input; nothing else of this program's open files goes along. In a group of its
/// own, so that Ctrl-C in a terminal ends the program's work, not the document's.
class SpawnSettings {
 public:
    explicit SpawnSettings(int socket) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_adddup2(&actions_, socket, STDIN_FILENO);
        ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
        ::posix_spawnattr_init(&attributes_);
        sigset_t none, all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setpgroup(&attributes_, 0);
        ::posix_spawnattr_setflags(&attributes_,
                                   POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;
    ~SpawnSettings() {
        ::posix_spawnattr_destroy(&attributes_);
        ::posix_spawn_file_actions_destroy(&actions_);
    }
    const posix_spawn_file_actions_t* actions() const { return &actions_; }
    const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
    posix_spawn_file_actions_t actions_;
    posix_spawnattr_t attributes_;
};

ReadingProcessError cannot_start(const std::filesystem::path& program, const std::string& reason) {
    return ReadingProcessError(program.string() +
                               ": the program that reads documents cannot be started: " + reason);
}

}  // namespace

std::filesystem::path reader_program() {
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    return program.parent_path().parent_path() / "libexec/corpuscope/corpuscope-reader";
}

ReadingProcess::ReadingProcess(std::filesystem::path program, ProcessLimits limits)
    : program_(std::move(program)), limits_(limits) {}

ReadingProcess::~ReadingProcess() {
    if (process_ > 0) end();
}

void ReadingProcess::start(Control* control) {
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
        throw cannot_start(program_, std::generic_category().message(errno));
    Descriptor ours(pair[0]);
    Descriptor theirs(pair[1]);
    const SpawnSettings settings(theirs.get());
    std::string program = program_.string();
    std::string memory = std::to_string(limits_.memory_bytes), cpu = std::to_string(limits_.cpu_seconds);
    std::array<char*, 4> arguments = {program.data(), memory.data(), cpu.data(), nullptr};
    pid_t process = -1;
    const int error = ::posix_spawn(&process, program.c_str(), settings.actions(), settings.attributes(),
                                    arguments.data(), environ);
    if (error != 0) throw cannot_start(program_, std::generic_category().message(error));
    process_ = process;
    socket_ = std::move(ours);
    // Else its end would go unseen.
    theirs.close();
    if (!receive_message(socket_.get(), kMaxReadyBytes, waiting_with(control))) {
        const int status = end();
        throw cannot_start(program_, WIFEXITED(status) ? "exit code " + std::to_string(WEXITSTATUS(status))
                                                       : ::strsignal(WTERMSIG(status)));
    }
    fresh_ = true;
}

int ReadingProcess::end() {
    socket_.close();
    // One that came to its end by itself keeps the status it had.
    ::kill(process_, SIGKILL);
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) continue;
    process_ = -1;
    return status;
}

Failure ReadingProcess::failure_of(const Ending& ending) const {
    const int signal = WIFSIGNALED(ending.status) ? WTERMSIG(ending.status) : 0;
    if (ending.spoke) return {FailureKind::Damaged, "misleads the program that reads it"};
    if (ending.too_slow || signal == SIGXCPU)
        return {FailureKind::TooLarge,
                "takes more than " + std::to_string(limits_.cpu_seconds) + " s of processor time to be read"};
    if (signal == 0 && WEXITSTATUS(ending.status) == kOutOfMemory)
        return {FailureKind::TooLarge,
                "needs more than " + format_bytes(limits_.memory_bytes) + " of memory to be read"};
    // Nobody kills it but a system that has run out of memory.
    if (signal == SIGKILL) return {FailureKind::TooLarge, "needs more memory to be read than there is"};
    return {FailureKind::Damaged,
            std::string("brings down the program that reads it") +
                (signal != 0 ? std::string(" (") + ::strsignal(signal) + ")" : std::string())};
}

tl::expected<ReadResult, ReadingProcess::Ending> ReadingProcess::ask(const std::filesystem::path& name,
                                                                     int file, const Limits& limits,
                                                                     Control* control) {
    Ending ending;
    const double before = cpu_seconds_of(process_);
    const auto waiting = [&, checkpoint = waiting_with(control)] {
        checkpoint();
        // It has a timer of its own, which a document that took it over could stop.
        ending.too_slow =
            cpu_seconds_of(process_) - before > static_cast<double>(limits_.cpu_seconds + kTimerSlack);
        if (ending.too_slow) ::kill(process_, SIGKILL);
    };
    fresh_ = false;
    if (send_message(socket_.get(), encode(ReadRequest{name.string(), limits}), file)) {
        const auto answer = receive_message(socket_.get(), max_result_bytes(limits), waiting);
        if (answer) {
            if (auto result = decode_result(answer->bytes, limits)) return std::move(*result);
            ending.spoke = true;
        }
    }
    ending.status = end();
    return tl::unexpected(ending);
}

ReadResult ReadingProcess::read(const std::filesystem::path& file, const Limits& limits, Control* control) {
    try {
        for (;;) {
            // Opened here: the reader does not learn where the file is.
            const auto opened = open_regular_file(file);
            if (!opened) return tl::unexpected(opened.error());
            const Descriptor descriptor(*opened);
            if (process_ <= 0) start(control);
            // What went before may have left it short of memory, or worse.
            const bool was_fresh = fresh_;
            auto result = ask(file.filename(), descriptor.get(), limits, control);
            if (result) return std::move(*result);
            if (was_fresh || result.error().too_slow) return tl::unexpected(failure_of(result.error()));
        }
    } catch (const Cancelled&) {
        if (process_ > 0) end();
        throw;
    }
}

}  // namespace corpuscope::documents
