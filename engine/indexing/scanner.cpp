// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/indexing/scanner.h"

#include <sys/stat.h>

#include <QString>
#include <QUtf8StringView>
#include <algorithm>
#include <system_error>

#include "engine/documents/reader.h"

namespace corpuscope::indexing {
namespace {

namespace fs = std::filesystem;

/// Names are bytes on disk; those that are no UTF-8 cannot be shown or typed again.
bool is_utf8(const std::string& name) {
    return QUtf8StringView(name.data(), static_cast<qsizetype>(name.size())).isValidUtf8();
}

std::string printable(const std::string& name) { return QString::fromUtf8(name).toStdString(); }

class Scanner {
 public:
    Scanner(const std::string& own_files, Control* control) : own_files_(own_files), control_(control) {}

    void give(const fs::path& given) {
        std::error_code error;
        const fs::path path = fs::canonical(given, error);
        if (error) {
            const bool missing = error == std::errc::no_such_file_or_directory;
            fail(given.string(), missing ? "does not exist" : "cannot be opened: " + error.message());
        } else if (fs::is_directory(path, error)) {
            scan_.folders.push_back(path.string());
            walk(path);
        } else if (!fs::is_regular_file(path, error)) {
            fail(path.string(), "is neither a file nor a folder");
        } else {
            meet(path.string(), true);
        }
    }

    Scan take() {
        const auto order = [](const FoundFile& a, const FoundFile& b) {
            return a.path != b.path ? a.path < b.path : a.named > b.named;
        };
        std::sort(scan_.files.begin(), scan_.files.end(), order);
        const auto same = [](const FoundFile& a, const FoundFile& b) { return a.path == b.path; };
        scan_.files.erase(std::unique(scan_.files.begin(), scan_.files.end(), same), scan_.files.end());
        return std::move(scan_);
    }

 private:
    void walk(const fs::path& top) {
        std::vector<fs::path> waiting = {top};
        while (!waiting.empty()) {
            if (control_ != nullptr) control_->checkpoint();
            const fs::path folder = std::move(waiting.back());
            waiting.pop_back();
            std::error_code error;
            fs::directory_iterator entry(folder, error);
            for (; !error && entry != fs::directory_iterator(); entry.increment(error))
                visit(*entry, waiting);
            if (error) fail(folder.string(), "the folder cannot be opened: " + error.message());
        }
    }

    void visit(const fs::directory_entry& entry, std::vector<fs::path>& folders) {
        const fs::path& path = entry.path();
        if (path.filename().string().starts_with('.') || is_own(path.string())) return;
        std::error_code error;
        switch (entry.symlink_status(error).type()) {
            case fs::file_type::directory:
                folders.push_back(path);
                break;
            case fs::file_type::regular:
                if (documents::is_candidate(path)) meet(path.string(), false);
                break;
            default:
                break;
        }
    }

    /// The library, and what it and the encoder keep beside it.
    bool is_own(const std::string& path) const {
        if (!path.starts_with(own_files_)) return false;
        const std::string ending = path.substr(own_files_.size());
        return ending.empty() || ending == "-wal" || ending == "-shm" || ending == "-journal" ||
               ending == ".lock" || ending == ".encoding";
    }

    void meet(const std::string& path, bool named) {
        if (!is_utf8(path)) {
            fail(path, "its name is not valid UTF-8");
        } else if (const auto status = status_of(path)) {
            scan_.files.push_back({path, *status, named});
        }
    }

    void fail(const std::string& path, const std::string& reason) {
        scan_.unreadable.push_back({printable(path), reason});
    }

    std::string own_files_;
    Control* control_;
    Scan scan_;
};

}  // namespace

bool is_below(std::string_view path, std::string_view folder) {
    if (folder == "/") return path.starts_with('/');
    return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

std::optional<FileStatus> status_of(const fs::path& file) {
    struct stat status = {};
    if (::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return FileStatus{status.st_size,
                      std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

bool Scan::covers(std::string_view path) const {
    const auto below = [&](const std::string& folder) { return is_below(path, folder); };
    const auto below_unreadable = [&](const Unreadable& entry) { return is_below(path, entry.path); };
    return std::any_of(folders.begin(), folders.end(), below) &&
           std::none_of(unreadable.begin(), unreadable.end(), below_unreadable);
}

Scan scan(std::span<const fs::path> paths, const std::string& own_files, Control* control) {
    Scanner scanner(own_files, control);
    for (const fs::path& path : paths) scanner.give(path);
    return scanner.take();
}

}  // namespace corpuscope::indexing
