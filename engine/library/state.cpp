// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/library/state.h"

namespace corpuscope::library {

std::string document_name(DocumentId id) { return "document " + std::to_string(id.value); }

std::string Library::State::part(DocumentId id, Part part) {
    return connection.guarded([&] {
        Query query = connection.query("SELECT data, checksum FROM parts WHERE document = ? AND part = ?");
        query.bind(id.value, static_cast<int>(part));
        if (!query->executeStep()) {
            throw LibraryError(connection.file().string() + " holds no text of " + document_name(id));
        }
        std::string bytes(blob(query->getColumn(0)));
        if (query->getColumn(1).getInt64() != checksum(bytes)) {
            throw connection.damaged("part " + std::to_string(static_cast<int>(part)) + " of " +
                                     document_name(id) + " does not match its checksum");
        }
        return bytes;
    });
}

Chunk Library::State::proven(SQLite::Statement& row) {
    Chunk chunk;
    chunk.generation = row.getColumn(0).getInt64();
    chunk.dimension = row.getColumn(1).getInt64();
    chunk.rows = row.getColumn(2).getInt64();
    chunk.encoding = static_cast<VectorEncoding>(row.getColumn(3).getInt());
    chunk.bytes = blob(row.getColumn(5));
    if (row.getColumn(4).getInt64() != checksum(chunk.bytes)) {
        throw DamagedBlob("of vectors does not match its checksum");
    }
    return chunk;
}

}  // namespace corpuscope::library
