// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "engine/library/blob_codec.h"
#include "engine/library/connection.h"
#include "engine/library/library.h"
#include "engine/library/schema.h"
#include "engine/library/vector_codec.h"
#include "engine/library/write_lock.h"

namespace corpuscope::library {

std::string document_name(DocumentId id);

void forget_sequence(Connection& connection);
/// The part of verify that proves the sequence.
void check_sequence(const Library& library, std::vector<std::string>& problems);

/// A row of table vectors: some consecutive vectors of one level of one document.
struct Chunk {
    std::int64_t generation = 0, dimension = 0, rows = 0;
    VectorEncoding encoding = VectorEncoding::Int8;
    std::string_view bytes;  ///< checksum proven; valid during the call
};

struct Library::State {
    State(const std::filesystem::path& file, OpenMode open_mode)
        : mode(open_mode),
          lock(open_mode == OpenMode::ReadWrite ? std::make_unique<WriteLock>(file) : nullptr),
          connection(file, open_mode) {}

    /// Bytes of a part of a document, their checksum proven.
    std::string part(DocumentId id, Part part);

    /// Runs a decoder and names the document where its bytes are damaged.
    template <typename Work>
    auto naming(DocumentId id, Work&& work) {
        try {
            return work();
        } catch (const DamagedBlob& error) {
            throw connection.damaged("a blob of " + document_name(id) + " " + error.what());
        }
    }
    template <typename Decode>
    auto decoded(DocumentId id, Part which, Decode&& decode) {
        const std::string bytes = part(id, which);
        return naming(id, [&] { return decode(bytes); });
    }
    /// Calls `each` with the chunks in order.
    template <typename Each>
    void each_chunk(DocumentId id, VectorLevel level, Each&& each) {
        connection.guarded([&] {
            Query query = connection.query(
                "SELECT generation, dimension, row_count, encoding, checksum, data FROM vectors "
                "WHERE document = ? AND level = ? ORDER BY chunk");
            query.bind(id.value, static_cast<int>(level));
            while (query->executeStep()) naming(id, [&] { each(proven(*query)); });
        });
    }

    /// Passages that an FTS5 phrase matches; all of them for an empty one. Remembered until the file changes,
    /// since counting a common word takes as long as ranking the passages of a rare one.
    std::int64_t count_matches(const std::string& phrase);
    /// Reads the lengths of passages for ranking, once the file stays as it was for a second search.
    void keep_lengths();

    OpenMode mode;
    std::unique_ptr<WriteLock> lock;  ///< held before the file is opened, until after it is closed
    Connection connection;

 private:
    /// Of what is in the file: changes by others and by this connection.
    using Version = std::pair<std::int64_t, std::int64_t>;
    Version version();

    std::unordered_map<std::string, std::int64_t> matches_;  // by phrase
    Version matches_version_, searched_version_, lengths_version_;

    static Chunk proven(SQLite::Statement& row);
};

}  // namespace corpuscope::library
