// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/export/exporter.h"

#include <array>
#include <stdexcept>
#include <utility>

#include "engine/export/atomic_file.h"
#include "engine/export/manifest.h"
#include "engine/export/rows.h"
#include "engine/export/vector_file.h"

namespace corpuscope::exporting {
namespace {

template <typename Value, std::size_t N>
std::optional<Value> find(const std::array<std::pair<std::string_view, Value>, N>& names,
                          std::string_view name) {
    for (const auto& [known, value] : names)
        if (known == name) return value;
    return std::nullopt;
}

constexpr std::array<std::pair<std::string_view, Level>, 3> kLevels = {
    {{"token", Level::Token}, {"passage", Level::Passage}, {"document", Level::Document}}};

constexpr std::array<std::pair<std::string_view, Format>, 7> kFormats = {
    {{"npy", Format::Npy},
     {"npz", Format::Npz},
     {"safetensors", Format::Safetensors},
     {"jsonl", Format::Jsonl},
     {"csv", Format::Csv},
     {"tsv", Format::Tsv},
     {"parquet", Format::Parquet}}};

}  // namespace

std::optional<Level> level_from(std::string_view name) { return find(kLevels, name); }
std::optional<Format> format_from(std::string_view name) { return find(kFormats, name); }

std::string_view name_of(Level level) {
    for (const auto& [name, value] : kLevels)
        if (value == level) return name;
    return {};
}

std::string_view name_of(Format format) {
    for (const auto& [name, value] : kFormats)
        if (value == format) return name;
    return {};
}

bool names_its_rows(Format format) {
    return format == Format::Jsonl || format == Format::Csv || format == Format::Tsv ||
           format == Format::Parquet;
}

std::unique_ptr<VectorFile> open_vector_file(const std::filesystem::path& path, Format format,
                                             ElementType element, std::int64_t rows, std::int64_t dimension) {
    switch (format) {
        case Format::Npy:
            return make_npy_file(path, element, rows, dimension);
        case Format::Npz:
            return make_npz_file(path, element, rows, dimension);
        case Format::Safetensors:
            return make_safetensors_file(path, element, rows, dimension);
        case Format::Jsonl:
            return make_jsonl_file(path, element);
        case Format::Csv:
            return make_table_file(path, element, ',', dimension);
        case Format::Tsv:
            return make_table_file(path, element, '\t', dimension);
        case Format::Parquet:
            return make_parquet_file(path, element, dimension);
    }
    throw std::invalid_argument("unknown format");
}

Report export_vectors(const library::Library& library, longnet::Encoder& encoder,
                      const std::filesystem::path& out, const Options& options) {
    const auto documents = exportable(library);
    if (documents.empty()) throw std::runtime_error(library.file().string() + ": holds no vectors yet");
    library::check_model(library, library::model_identity(encoder.model().config.name, encoder.model().hash));
    const auto folder = std::filesystem::absolute(out).parent_path();
    if (is_name_of_manifest(out))
        throw std::runtime_error(out.string() + ": is the name of the manifest that is written beside it");
    library::refuse_to_replace(library, out);
    Report report{.file = out,
                  .manifest = manifest_file(out),
                  .rows = count_rows(documents, options.level),
                  .dimension = encoder.model().config.d_model};

    const auto file = open_vector_file(out, options.format, options.element, report.rows, report.dimension);
    std::optional<AtomicFile> sources;
    if (!names_its_rows(options.format)) sources.emplace(rows_file(out));
    AtomicFile manifest(report.manifest);  // what cannot be written shows before the work
    std::int64_t written = 0;
    const RowSink sink = [&](const Row& row, std::span<const float> vector) {
        file->add(row, vector);
        if (sources) sources->write(describe(row) + '\n');
        ++written;
    };
    if (options.level == Level::Token)
        token_rows(library, documents, encoder, options, folder, sink);
    else
        stored_rows(library, documents, options, sink);
    if (written != report.rows)
        throw std::runtime_error(library.file().string() + ": has " + std::to_string(written) +
                                 " rows where it counts " + std::to_string(report.rows) +
                                 "; 'corpuscope verify' says more");

    manifest.write(describe(library, encoder, documents, report, options) + '\n');
    // A full disk shows before anything of an earlier export is replaced, and what describes the vectors
    // comes after them.
    manifest.flush();
    if (sources) sources->flush();
    file->finish();
    if (sources) sources->commit();
    manifest.commit();
    return report;
}

}  // namespace corpuscope::exporting
