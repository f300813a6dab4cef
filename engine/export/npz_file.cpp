// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/export/npz.h"
#include "engine/export/vector_file.h"

namespace corpuscope::exporting {
namespace {

/// Arrays: vectors [rows, dimension], start and end [rows].
class NpzFile : public VectorFile {
 public:
    NpzFile(const std::filesystem::path& path, ElementType element, std::int64_t rows, std::int64_t dimension)
        : npz_(path), element_(element) {
        npz_.begin("vectors", element == ElementType::F32 ? "<f4" : "<f2", {rows, dimension});
    }

    void add(const Row& row, std::span<const float> vector) override {
        npz_.write(elements(vector, element_));
        starts_.push_back(row.range.begin);
        ends_.push_back(row.range.end);
    }

    void finish() override {
        const auto rows = static_cast<std::int64_t>(starts_.size());
        npz_.add<std::int64_t>("start", "<i8", {rows}, starts_);
        npz_.add<std::int64_t>("end", "<i8", {rows}, ends_);
        npz_.finish();
    }

 private:
    NpzWriter npz_;
    ElementType element_;
    std::vector<std::int64_t> starts_, ends_;
};

}  // namespace

std::unique_ptr<VectorFile> make_npz_file(const std::filesystem::path& path, ElementType element,
                                          std::int64_t rows, std::int64_t dimension) {
    return std::make_unique<NpzFile>(path, element, rows, dimension);
}

}  // namespace corpuscope::exporting
