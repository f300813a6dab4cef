// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// corpuscope-reader: reads the documents that it is sent over standard input (reading_process.h) until the
// other side is gone.
//
//   corpuscope-reader MEMORY_BYTES CPU_SECONDS
#include <unistd.h>

#include <QCoreApplication>
#include <cstdlib>
#include <iostream>
#include <new>

#include "engine/documents/process/channel.h"
#include "engine/documents/process/confinement.h"
#include "engine/documents/process/messages.h"
#include "engine/documents/process/reading_process.h"

namespace {

using namespace corpuscope::documents;

constexpr std::int64_t kMaxRequestBytes = 65536;

std::string answer(const Message& message, const ReadRequest& request) {
    try {
        return encode(read_document(message.file.get(), request.file_name, request.limits));
    } catch (const std::bad_alloc&) {
        // Nothing that was begun is worth keeping, and there may be no memory to say so.
        ::_exit(kOutOfMemory);
    } catch (const std::exception& error) {
        const std::string reason = std::string("cannot be read: ") + error.what();
        return encode(ReadResult(tl::unexpected(Failure{FailureKind::Damaged, reason})));
    }
}

int serve(std::int64_t cpu_seconds) {
    if (!send_message(STDIN_FILENO, "ready")) return EXIT_FAILURE;
    while (const auto message = receive_message(STDIN_FILENO, kMaxRequestBytes)) {
        const auto request = decode_request(message->bytes);
        if (!request || !message->file.is_open()) return EXIT_FAILURE;
        allow_cpu_seconds(cpu_seconds);
        if (!send_message(STDIN_FILENO, answer(*message, *request))) return EXIT_SUCCESS;
    }
    return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
    const std::int64_t memory_bytes = argc == 3 ? std::atoll(argv[1]) : 0;
    const std::int64_t cpu_seconds = argc == 3 ? std::atoll(argv[2]) : 0;
    if (memory_bytes <= 0 || cpu_seconds <= 0 || ::isatty(STDIN_FILENO) == 1) {
        std::cerr << "corpuscope-reader is started by corpuscope, which sends it documents to read\n";
        return 2;
    }
    const QCoreApplication application(argc, argv);
    confine_this_process(memory_bytes);
    return serve(cpu_seconds);
}
