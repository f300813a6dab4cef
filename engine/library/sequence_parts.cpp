// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The library's sequence: what encoding passes kept, in the tables sequence_parts and sequence_rows.
#include <algorithm>
#include <stdexcept>

#include "engine/library/state.h"

namespace corpuscope::library {
namespace {

/// Numbers in one blob: 34 MiB, far from what SQLite takes as one value.
constexpr std::size_t kNumbersPerChunk = std::size_t{32} << 20;

void bind_blob(Query& query, int parameter, std::string_view bytes) {
    query->bindNoCopy(parameter, bytes.data(), static_cast<int>(bytes.size()));
}

void store_rows(Connection& connection, const SequencePart& part, std::size_t layer) {
    const std::span<const std::uint16_t> numbers = part.rows[layer];
    std::int64_t chunk = 0;
    for (std::size_t first = 0; first < numbers.size(); first += kNumbersPerChunk, ++chunk) {
        const std::string bytes =
            encode_numbers(numbers.subspan(first, std::min(kNumbersPerChunk, numbers.size() - first)));
        Query query = connection.query(
            "INSERT INTO sequence_rows (generation, layer, chunk, checksum, data) VALUES (?, ?, ?, ?, ?)");
        query.bind(part.generation, static_cast<std::int64_t>(layer), chunk, std::int64_t{checksum(bytes)});
        bind_blob(query, 5, bytes);
        query.run();
    }
}

std::vector<std::vector<std::uint16_t>> read_rows(Connection& connection, std::int64_t generation,
                                                  std::size_t layers) {
    std::vector<std::vector<std::uint16_t>> rows(layers);
    Query query = connection.query(
        "SELECT layer, checksum, data FROM sequence_rows WHERE generation = ? ORDER BY layer, chunk");
    query.bind(generation);
    while (query->executeStep()) {
        const auto layer = static_cast<std::size_t>(query->getColumn(0).getInt64());
        const std::string_view bytes = blob(query->getColumn(2));
        if (layer >= layers || query->getColumn(1).getInt64() != checksum(bytes))
            throw DamagedBlob("of rows does not match its checksum");
        decode_numbers(bytes, rows[layer]);
    }
    return rows;
}

SequencePart read_part(Connection& connection, Query& query) {
    SequencePart part;
    part.generation = query->getColumn(0).getInt64();
    part.begin = query->getColumn(1).getInt64();
    part.block = query->getColumn(2).getInt64();
    const auto layers = query->getColumn(3).getInt64();
    const std::string_view windows = blob(query->getColumn(4));
    if (layers < 0 || layers > 10'000 || query->getColumn(5).getInt64() != checksum(windows))
        throw DamagedBlob("of windows does not match its checksum");
    WindowTable table = decode_windows(windows);
    part.document = std::move(table.document);
    part.filled = std::move(table.filled);
    part.rows = read_rows(connection, part.generation, static_cast<std::size_t>(layers));
    return part;
}

}  // namespace

std::optional<std::int64_t> Library::sequence_generation() const {
    if (!state_->connection.has_sequence()) return std::nullopt;
    return state_->connection.guarded([&]() -> std::optional<std::int64_t> {
        Query query = state_->connection.query("SELECT min(generation) FROM sequence_parts");
        if (!query->executeStep() || query->getColumn(0).isNull()) return std::nullopt;
        return query->getColumn(0).getInt64();
    });
}

std::vector<SequencePart> Library::sequence() const {
    if (!state_->connection.has_sequence()) return {};
    return state_->connection.guarded([&] {
        std::vector<SequencePart> parts;
        Query query = state_->connection.query(
            "SELECT generation, begin_position, block, layers, windows, checksum FROM sequence_parts "
            "ORDER BY generation");
        try {
            while (query->executeStep()) parts.push_back(read_part(state_->connection, query));
        } catch (const DamagedBlob& error) {
            throw state_->connection.damaged(std::string("a blob of the sequence ") + error.what());
        }
        return parts;
    });
}

void Library::store_sequence_part(const SequencePart& part) {
    if (part.document.size() != part.filled.size())
        throw std::invalid_argument("a part of the sequence has windows without a document");
    state_->connection.transaction([&] {
        Connection& connection = state_->connection;
        if (part.begin == 0) forget_sequence(connection);
        const std::string windows = encode_windows({part.document, part.filled});
        Query query = connection.query(
            "INSERT INTO sequence_parts (generation, begin_position, block, layers, checksum, windows) "
            "VALUES (?, ?, ?, ?, ?, ?)");
        query.bind(part.generation, part.begin, part.block, static_cast<std::int64_t>(part.rows.size()),
                   std::int64_t{checksum(windows)});
        bind_blob(query, 6, windows);
        query.run();
        for (std::size_t layer = 0; layer < part.rows.size(); ++layer) store_rows(connection, part, layer);
    });
}

void forget_sequence(Connection& connection) { connection.query("DELETE FROM sequence_parts").run(); }

void check_sequence(const Library& library, std::vector<std::string>& problems) {
    const auto problem = [&](const SequencePart& part, const std::string& what) {
        problems.push_back("the sequence's part of generation " + std::to_string(part.generation) + " " +
                           what);
    };
    const std::vector<SequencePart> parts = library.sequence();
    std::int64_t reached = 0;
    for (const SequencePart& part : parts) {
        if (part.begin < reached || (part.begin == 0) != (&part == &parts.front()))
            problem(part, "begins inside another one");
        reached = part.begin + 1;
        if (part.generation > library.counts().generation) problem(part, "is of no generation");
        for (const auto& rows : part.rows) {
            if (rows.size() != part.rows.front().size()) problem(part, "has layers of different sizes");
            // An exponent of ones.
            if (std::ranges::any_of(rows, [](std::uint16_t value) { return (value & 0x7f80) == 0x7f80; }))
                problem(part, "holds a number that is not finite");
        }
    }
}

}  // namespace corpuscope::library
