// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Reading documents where they can do no harm: in a process of its own (the program `corpuscope-reader`) with
// bounds on memory and processor time, that can neither write files nor reach the network (confinement.h). A
// document that brings its reader down costs that document and nothing else.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "engine/documents/process/channel.h"
#include "engine/documents/reader.h"
#include "engine/progress.h"

namespace corpuscope::documents {

/// Exit code of a reader that needed more memory than it may use.
inline constexpr int kOutOfMemory = 3;

/// What reading one document may cost beside what `Limits` says of it.
struct ProcessLimits {
    /// Address space of the process. A PDF of 500 MB takes some 1.5 GB.
    std::int64_t memory_bytes = std::int64_t{4} << 30;
    /// Processor time for one document. Real ones of 500 MB take less than a minute.
    std::int64_t cpu_seconds = 300;
};

/// The process cannot be started: a fault of the installation, not of a document.
struct ReadingProcessError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Where the reader is installed and built: ../libexec/corpuscope/corpuscope-reader beside this program.
std::filesystem::path reader_program();

/// Starts the process when the first document is read and again after it came to an end. Used from one thread
/// at a time; that may be another one each time.
class ReadingProcess {
 public:
    explicit ReadingProcess(std::filesystem::path program = reader_program(), ProcessLimits limits = {});
    ReadingProcess(const ReadingProcess&) = delete;
    ReadingProcess& operator=(const ReadingProcess&) = delete;
    ~ReadingProcess();

    /// As read_document. A document whose reader breaks down, or that needs more than the limits, is a
    /// Failure that says so; it had its chance in a process that had read nothing before it. Throws
    /// Cancelled, within kWaitStep, and ReadingProcessError.
    ReadResult read(const std::filesystem::path& file, const Limits& limits, Control* control = nullptr);

 private:
    /// The reader's last answer, or how it came to an end.
    struct Ending {
        int status = 0;  ///< as waitpid gives it
        bool too_slow = false;
        bool spoke = false;  ///< it sent something that is no answer
    };
    tl::expected<ReadResult, Ending> ask(const std::filesystem::path& name, int file, const Limits& limits,
                                         Control* control);
    void start(Control* control);
    /// Waits for the process, which is told to end.
    int end();
    Failure failure_of(const Ending& ending) const;

    std::filesystem::path program_;
    ProcessLimits limits_;
    pid_t process_ = -1;
    bool fresh_ = false;  ///< it has read no document yet
    Descriptor socket_;
};

}  // namespace corpuscope::documents
