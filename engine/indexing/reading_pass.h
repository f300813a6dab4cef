// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "engine/indexing/file_reading.h"
#include "engine/indexing/indexer.h"
#include "engine/indexing/progress_meter.h"
#include "engine/indexing/scanner.h"
#include "engine/library/library.h"

namespace corpuscope::indexing {

/// Brings the library's text in line with what a scan found. While one file is stored the next one is read on
/// a second thread; what was read is stored some files at a time, in one transaction.
class ReadingPass {
 public:
    ReadingPass(library::Library& library, const ReadingSettings& settings, ProgressMeter& meter,
                Report& report)
        : library_(library), settings_(settings), meter_(meter), report_(report) {}

    void run(Scan scan);
    /// Cuts again, from their stored text, all documents whose units another model or setting cut.
    void cut_again_where_needed();

 private:
    using Known = std::unordered_map<std::string, library::DocumentRecord>;
    /// A folder with nothing in it, of which the library has documents, is more likely a disk that is not
    /// there than a decision: they stay until they are removed by name.
    void spare_empty_folders(Scan& scan, const Known& known);
    void remove_vanished(Scan& scan, const Known& known);
    std::vector<ReadingTask> choose(const Scan& scan, const Known& known);
    /// What the library says of a file goes for it still.
    void stays(const library::DocumentRecord& known);
    void enter(std::vector<ReadingTask>& tasks);
    void read(const std::vector<ReadingTask>& tasks);
    void collect(const ReadingTask& task, ReadingResult result);
    void store_collected();
    void store(const ReadingTask& task, const ReadingResult& result);

    library::Library& library_;
    const ReadingSettings& settings_;
    ProgressMeter& meter_;
    Report& report_;
    std::vector<std::pair<ReadingTask, ReadingResult>> collected_;
    std::size_t collected_bytes_ = 0;
    Stopwatch since_stored_;
};

}  // namespace corpuscope::indexing
