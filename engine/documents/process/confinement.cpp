// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/documents/process/confinement.h"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

namespace corpuscope::documents {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

void lower(__rlimit_resource resource, std::int64_t value) {
    rlimit limit{};
    ::getrlimit(resource, &limit);
    limit.rlim_cur = limit.rlim_max = std::min(limit.rlim_max, static_cast<rlim_t>(value));
    ::setrlimit(resource, &limit);
}

void be_first_to_go() {
    const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    constexpr char kMost[] = "1000";
    if (::write(file, kMost, sizeof(kMost) - 1) < 0) errno = 0;  // an offer, not a need
    ::close(file);
}

/// Calls that do something to the world outside this process. A call that this kernel's headers do not know
/// is passed over.
void forbid_calls(const Filter& filter) {
    constexpr std::array kForbidden = {
        // network
        SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen),
        SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(io_uring_setup),
        // other programs and processes
        SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(kill),
        SCMP_SYS(tkill), SCMP_SYS(rt_sigqueueinfo), SCMP_SYS(rt_tgsigqueueinfo), SCMP_SYS(pidfd_send_signal),
        SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_open),
        SCMP_SYS(pidfd_getfd), SCMP_SYS(unshare), SCMP_SYS(setns),
        // files
        SCMP_SYS(creat), SCMP_SYS(truncate), SCMP_SYS(ftruncate), SCMP_SYS(unlink), SCMP_SYS(unlinkat),
        SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(link), SCMP_SYS(linkat),
        SCMP_SYS(symlink), SCMP_SYS(symlinkat), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir),
        SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(chmod), SCMP_SYS(fchmod), SCMP_SYS(fchmodat),
        SCMP_SYS(chown), SCMP_SYS(lchown), SCMP_SYS(fchown), SCMP_SYS(fchownat), SCMP_SYS(setxattr),
        SCMP_SYS(lsetxattr), SCMP_SYS(fsetxattr), SCMP_SYS(utimensat), SCMP_SYS(mount), SCMP_SYS(umount2),
        // doors that were opened before
        SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd)};
    for (const int call : kForbidden) seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EACCES), call, 0);
}

/// Opening a file in order to write it. Of these two calls' arguments the flags are the second and the third.
void forbid_writing(const Filter& filter) {
    for (const int flag : {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC}) {
        const auto bit = static_cast<scmp_datum_t>(flag);
        seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EACCES), SCMP_SYS(open), 1,
                         SCMP_A1(SCMP_CMP_MASKED_EQ, bit, bit));
        seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 1,
                         SCMP_A2(SCMP_CMP_MASKED_EQ, bit, bit));
    }
    // Its flags lie in memory, which a filter cannot see; callers fall back to openat.
    seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(openat2), 0);
}

/// Threads stay possible. The flags of clone3 lie in memory as well; the C library falls back to clone.
void forbid_processes(const Filter& filter) {
    // Aborting sends a signal to oneself, and glibc's setrlimit is a call about process 0, oneself.
    const auto self = static_cast<scmp_datum_t>(::getpid());
    seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EACCES), SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_NE, self));
    seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EACCES), SCMP_SYS(prlimit64), 1, SCMP_A0(SCMP_CMP_NE, 0));
    seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EACCES), SCMP_SYS(clone), 1,
                     SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
    seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

void filter_calls() {
    const Filter filter(seccomp_init(SCMP_ACT_ALLOW), &seccomp_release);
    if (!filter) return;
    forbid_calls(filter);
    forbid_writing(filter);
    forbid_processes(filter);
    seccomp_load(filter.get());
}

}  // namespace

void confine_this_process(std::int64_t memory_bytes) {
    be_first_to_go();
    lower(RLIMIT_CORE, 0);
    lower(RLIMIT_FSIZE, 0);
    lower(RLIMIT_NOFILE, 256);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (kSanitized) return;
    lower(RLIMIT_AS, memory_bytes);
    filter_calls();
}

void allow_cpu_seconds(std::int64_t seconds) {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    rlimit limit{};
    ::getrlimit(RLIMIT_CPU, &limit);
    // Counted from the second that has begun.
    const std::int64_t until = used.ru_utime.tv_sec + used.ru_stime.tv_sec + 2 + seconds;
    limit.rlim_cur = std::min(limit.rlim_max, static_cast<rlim_t>(until));
    ::setrlimit(RLIMIT_CPU, &limit);
}

}  // namespace corpuscope::documents
