// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/indexing/reading_pass.h"

#include <algorithm>
#include <future>
#include <system_error>

namespace corpuscope::indexing {
namespace {

using library::DocumentRecord;
using library::DocumentState;
using Outcome = ReadingResult::Outcome;

// One transaction costs some milliseconds of the keyword index whatever is in it; a kill costs reading these
// again.
constexpr std::size_t kBytesPerTransaction = std::size_t{8} << 20;
constexpr double kSecondsPerTransaction = 1.0;

/// Or another thing has its name by now.
bool is_gone(const std::string& path) {
    std::error_code error;
    const auto type = std::filesystem::symlink_status(path, error).type();
    return type == std::filesystem::file_type::not_found || type == std::filesystem::file_type::directory ||
           type == std::filesystem::file_type::fifo || type == std::filesystem::file_type::socket;
}

/// Why the text that the library has is not good enough, whatever its file's content.
bool must_read(const FoundFile& file, const DocumentRecord& known, const documents::Limits& limits) {
    if (known.state == DocumentState::Pending) return true;
    if (known.reader_version < documents::kReaderVersion) return true;
    // A failed file without a hash could not even be opened, which its time of modification says nothing of.
    const bool not_opened = known.sha256.empty() && file.status.bytes <= limits.max_file_bytes;
    return known.state == DocumentState::Failed && (file.named || not_opened);
}

bool may_have_changed(const FoundFile& file, const DocumentRecord& known) {
    return known.bytes != file.status.bytes || known.modified_ns != file.status.modified_ns;
}

bool is_known_failure(const DocumentRecord& known, const ReadingResult& result) {
    return known.state == DocumentState::Failed && known.reason == result.reason &&
           known.bytes == result.record.bytes && known.modified_ns == result.record.modified_ns &&
           known.sha256 == result.record.sha256 && known.reader_version == result.record.reader_version;
}

}  // namespace

void ReadingPass::run(Scan scan) {
    Known known;
    for (DocumentRecord& record : library_.documents()) known.emplace(record.path, std::move(record));
    spare_empty_folders(scan, known);
    for (const Unreadable& entry : scan.unreadable) report_.failed.push_back({entry.path, entry.reason});
    remove_vanished(scan, known);
    std::vector<ReadingTask> tasks = choose(scan, known);
    if (tasks.empty()) return;
    enter(tasks);
    read(tasks);
}

void ReadingPass::spare_empty_folders(Scan& scan, const Known& known) {
    for (const std::string& folder : scan.folders) {
        std::error_code error;
        if (!std::filesystem::is_empty(folder, error) || error) continue;
        const bool had_documents = std::any_of(
            known.begin(), known.end(), [&](const auto& entry) { return is_below(entry.first, folder); });
        if (had_documents)
            scan.unreadable.push_back({folder,
                                       "is empty now; its documents stay in the library until they "
                                       "are removed from it"});
    }
}

void ReadingPass::remove_vanished(Scan& scan, const Known& known) {
    std::unordered_map<std::string_view, bool> found;
    for (const FoundFile& file : scan.files) found.emplace(file.path, true);
    std::vector<DocumentId> vanished;
    std::vector<FoundFile> still_there;
    for (const auto& [path, record] : known) {
        if (found.contains(path) || !scan.covers(path)) continue;
        if (is_gone(path)) {
            vanished.push_back(record.id);
        } else if (const auto status = status_of(path)) {
            // Once named by the user, though no folder would have shown it.
            still_there.push_back({path, *status, false});
        }
    }
    scan.files.insert(scan.files.end(), still_there.begin(), still_there.end());
    if (vanished.empty()) return;
    library_.in_transaction([&] {
        for (const DocumentId id : vanished) library_.remove(id);
    });
    report_.removed += static_cast<std::int64_t>(vanished.size());
}

std::vector<ReadingTask> ReadingPass::choose(const Scan& scan, const Known& known) {
    std::vector<ReadingTask> tasks;
    for (const FoundFile& file : scan.files) {
        const auto entry = known.find(file.path);
        if (entry == known.end()) {
            tasks.push_back({file, {}, true});
        } else if (must_read(file, entry->second, settings_.limits)) {
            tasks.push_back({file, entry->second, true});
        } else if (may_have_changed(file, entry->second)) {
            tasks.push_back({file, entry->second, false});
        } else {
            stays(entry->second);
        }
    }
    return tasks;
}

void ReadingPass::stays(const DocumentRecord& known) {
    if (known.state == DocumentState::Failed)
        report_.failed.push_back({known.path, known.reason});
    else
        ++report_.unchanged;
}

/// Makes all of them known first, so that how much of the corpus still waits can be said from the start.
void ReadingPass::enter(std::vector<ReadingTask>& tasks) {
    library_.in_transaction([&] {
        for (ReadingTask& task : tasks) {
            if (task.known.id) continue;
            task.known.path = task.file.path;
            task.known.bytes = task.file.status.bytes;
            task.known.modified_ns = task.file.status.modified_ns;
            task.known.title = std::filesystem::path(task.file.path).filename().string();
            task.known.id = library_.add_pending(task.known);
        }
    });
}

void ReadingPass::read(const std::vector<ReadingTask>& tasks) {
    Progress& progress = meter_.values();
    progress.documents_total = static_cast<std::int64_t>(tasks.size());
    for (const ReadingTask& task : tasks) progress.bytes_total += task.file.status.bytes;
    meter_.begin(Phase::Reading);
    const auto start = [&](std::size_t index) {
        return std::async(std::launch::async,
                          [this, &task = tasks[index]] { return read_file(task, settings_); });
    };
    try {
        std::future<ReadingResult> next = start(0);
        for (std::size_t index = 0; index < tasks.size(); ++index) {
            progress.current = tasks[index].file.path;
            meter_.update(static_cast<double>(progress.bytes_done) /
                          static_cast<double>(std::max<std::int64_t>(progress.bytes_total, 1)));
            ReadingResult result = next.get();
            if (index + 1 < tasks.size()) next = start(index + 1);
            collect(tasks[index], std::move(result));
            ++progress.documents_done;
            progress.bytes_done += tasks[index].file.status.bytes;
        }
    } catch (const Cancelled&) {
        store_collected();
        throw;
    }
    store_collected();
    progress.current.clear();
}

void ReadingPass::collect(const ReadingTask& task, ReadingResult result) {
    collected_bytes_ += result.read.document.text.size();
    collected_.emplace_back(task, std::move(result));
    if (collected_bytes_ >= kBytesPerTransaction || since_stored_.seconds() >= kSecondsPerTransaction) {
        store_collected();
    }
}

void ReadingPass::store_collected() {
    const Stopwatch stopwatch;
    if (!collected_.empty()) {
        library_.in_transaction([&] {
            for (const auto& [task, result] : collected_) store(task, result);
        });
    }
    collected_.clear();
    collected_bytes_ = 0;
    since_stored_.restart();
    report_.store_seconds += stopwatch.seconds();
}

void ReadingPass::store(const ReadingTask& task, const ReadingResult& result) {
    const DocumentId id = task.known.id;
    const bool is_new = task.known.state == DocumentState::Pending;
    switch (result.outcome) {
        case Outcome::Same:
            library_.set_modified(id, result.record.modified_ns);
            stays(task.known);
            break;
        case Outcome::Read:
            try {
                library_.store_read(id, result.record, result.read);
                ++(is_new ? report_.added : report_.updated);
            } catch (const std::invalid_argument& error) {
                library_.store_failed(id, result.record, error.what());
                report_.failed.push_back({result.record.path, error.what()});
            }
            break;
        case Outcome::Failed:
            if (!is_known_failure(task.known, result))
                library_.store_failed(id, result.record, result.reason);
            report_.failed.push_back({result.record.path, result.reason});
            break;
        case Outcome::Vanished:
            library_.remove(id);
            report_.failed.push_back({result.record.path, result.reason});
            break;
    }
}

void ReadingPass::cut_again_where_needed() {
    for (DocumentRecord& record : library_.documents()) {
        if (record.state != DocumentState::Read && record.state != DocumentState::Ready) continue;
        if (record.segmentation == settings_.segmentation) continue;
        if (settings_.control != nullptr) settings_.control->checkpoint();
        const library::ReadDocument read = cut_again(record, library_.text(record.id), settings_);
        record.segmentation = settings_.segmentation;
        library_.store_read(record.id, record, read);
    }
}

}  // namespace corpuscope::indexing
