// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Hidden states in a file that is read and written block by block; not mapped, so that a full disk is an
// error instead of a signal, and the pages are not counted as the program's memory.
//
// Layout: header (one page), blocks + 1 slots, the outer rows of each layer. A layer reads block b from slot
// b or b + 1 and writes it to the other of the two, which the block before it has left: nothing that is still
// needed is overwritten, so a kill in the middle of a write costs that one block.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include "engine/longnet/encoder.h"
#include "engine/longnet/hidden_store.h"

namespace corpuscope::longnet {
namespace {

/// Its digit goes up with the order of what is stored: 4, the outer rows of each layer have a place.
constexpr std::array<char, 8> kMagic = {'C', 'R', 'P', 'S', 'H', 'I', 'D', '4'};
constexpr std::int64_t kHeaderBytes = 4096;

struct Header {
    std::array<char, 8> magic{};
    std::array<char, 64> key{};
    PassProgress progress;
};

class ScratchFile {
 public:
    explicit ScratchFile(std::filesystem::path path) : path_(std::move(path)) {
        descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (descriptor_ < 0) fail(errno);
        if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
            ::close(descriptor_);
            throw std::runtime_error(path_.string() + ": another process is encoding with it");
        }
    }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    ~ScratchFile() { ::close(descriptor_); }

    /// Takes the room on the disk now rather than failing hours later.
    void reserve(std::int64_t bytes) {
        if (::ftruncate(descriptor_, 0) != 0) fail(errno);
        const int error = ::posix_fallocate(descriptor_, 0, bytes);
        if (error == ENOSPC || error == EDQUOT || error == EFBIG) throw NoRoomError(message(error));
        if (error != 0) fail(error);
    }

    /// False where the file ends before.
    bool read(void* to, std::int64_t bytes, std::int64_t offset) const {
        auto* out = static_cast<char*>(to);
        while (bytes > 0) {
            const ssize_t count = ::pread(descriptor_, out, static_cast<std::size_t>(bytes), offset);
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) fail(errno);
            if (count == 0) return false;
            out += count, offset += count, bytes -= count;
        }
        return true;
    }

    void write(const void* from, std::int64_t bytes, std::int64_t offset) {
        const auto* in = static_cast<const char*>(from);
        while (bytes > 0) {
            const ssize_t count = ::pwrite(descriptor_, in, static_cast<std::size_t>(bytes), offset);
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) fail(errno);
            in += count, offset += count, bytes -= count;
        }
    }

 private:
    std::string message(int error) const {
        return path_.string() + ": " + std::generic_category().message(error);
    }
    [[noreturn]] void fail(int error) const { throw std::runtime_error(message(error)); }
    std::filesystem::path path_;
    int descriptor_ = -1;
};

std::filesystem::path in_folder(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    return folder / "hidden-states";
}

class ScratchStore final : public HiddenStore {
 public:
    ScratchStore(const std::filesystem::path& folder, const std::string& key,
                 std::span<const std::int64_t> values, int layers, std::int64_t outer_bytes,
                 kernels::DType type)
        : file_(in_folder(folder)), type_(type), outer_bytes_(outer_bytes) {
        slot_bytes_ = *std::ranges::max_element(values) * static_cast<std::int64_t>(kernels::size_of(type));
        outer_begin_ = kHeaderBytes + (std::ssize(values) + 1) * slot_bytes_;
        wanted_.magic = kMagic;
        std::copy_n(key.begin(), std::min(key.size(), wanted_.key.size()), wanted_.key.begin());
        Header found;
        const bool same =
            file_.read(&found, sizeof(found), 0) && found.magic == wanted_.magic && found.key == wanted_.key;
        if (same) {
            wanted_.progress = found.progress;
        } else {
            file_.reserve(outer_begin_ + layers * outer_bytes_);
        }
    }

    void read(std::size_t block, int after, const kernels::Matrix& states) override {
        const std::int64_t values = states.rows * states.columns;
        void* stored = states.type == type_ ? states.data : room_for(values, read_);
        read_all(stored, bytes_of(values), slot(block, after));
        if (stored != states.data) convert(stored, type_, states.data, states.type, values);
    }

    void write(std::size_t block, int after, const kernels::Matrix& states) override {
        const std::int64_t values = states.rows * states.columns;
        void* stored = states.type == type_ ? states.data : room_for(values, written_);
        if (stored != states.data) convert(states.data, states.type, stored, type_, values);
        file_.write(stored, bytes_of(values), slot(block, after));
    }
    kernels::DType type() const override { return type_; }

    bool persistent() const override { return true; }
    PassProgress progress() const override { return wanted_.progress; }
    void mark(const PassProgress& progress) override {
        wanted_.progress = progress;
        file_.write(&wanted_, sizeof(wanted_), 0);
    }
    void read_outer(int layer, std::int64_t begin, std::span<std::byte> rows) override {
        read_all(rows.data(), std::ssize(rows), outer_begin_ + layer * outer_bytes_ + begin);
    }
    void write_outer(int layer, std::int64_t begin, std::span<const std::byte> rows) override {
        file_.write(rows.data(), std::ssize(rows), outer_begin_ + layer * outer_bytes_ + begin);
    }

 private:
    std::int64_t slot(std::size_t block, int after) const {
        return kHeaderBytes + (static_cast<std::int64_t>(block) + after % 2) * slot_bytes_;
    }
    std::int64_t bytes_of(std::int64_t values) const {
        return values * static_cast<std::int64_t>(kernels::size_of(type_));
    }
    void* room_for(std::int64_t values, std::vector<std::byte>& room) const {
        room.resize(static_cast<std::size_t>(bytes_of(values)));
        return room.data();
    }
    void read_all(void* to, std::int64_t bytes, std::int64_t offset) const {
        if (!file_.read(to, bytes, offset))
            throw std::runtime_error("the scratch file of hidden states is cut short");
    }

    ScratchFile file_;
    kernels::DType type_;
    std::int64_t outer_bytes_, slot_bytes_ = 0, outer_begin_ = 0;
    Header wanted_;
    std::vector<std::byte> read_, written_;  ///< where rows are of another type than what is stored
};

}  // namespace

std::unique_ptr<HiddenStore> make_scratch_store(const std::filesystem::path& folder, const std::string& key,
                                                std::span<const std::int64_t> values, int layers,
                                                std::int64_t outer_bytes, kernels::DType type) {
    return std::make_unique<ScratchStore>(folder, key, values, layers, outer_bytes, type);
}

}  // namespace corpuscope::longnet
