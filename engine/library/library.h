// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The library: one SQLite file that holds everything Corpuscope knows of a corpus. Documents are referenced in place;
// their extracted text, structure, passages, units, token ids and vectors are stored. A document's state is set last in
// one transaction, so a kill at any moment leaves either all of it or none.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "engine/documents/document.h"
#include "engine/documents/passages.h"
#include "engine/types.h"

namespace corpuscope::library {

/// The library file cannot be used; what() is a sentence that names the file and the reason (not a library, of a newer
/// version, in use by another process, disk full, damaged, ...).
struct LibraryError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

enum class DocumentState : std::uint8_t {
    Pending,  ///< known, not read yet
    Read,     ///< text and passages stored, findable by keyword; vectors wait for the encoder
    Ready,    ///< vectors stored
    Failed,   ///< `reason` says why
};
std::string_view to_string(DocumentState state);

struct DocumentRecord {
    DocumentId id;
    std::string path;  ///< absolute, UTF-8
    std::int64_t bytes = 0;
    std::int64_t modified_ns = 0;  ///< since the epoch
    std::string sha256;            ///< hex, of the file
    std::string format;
    std::string title;
    DocumentState state = DocumentState::Pending;
    std::string reason;
    std::vector<std::string> warnings;
    int reader_version = 0;
    int pages = 0;
    std::int64_t passages = 0, units = 0, tokens = 0;
    std::int64_t generation = 0;  ///< of the context its vectors were encoded in
};

/// What the reader panel shows.
struct StoredText {
    std::string text;
    std::vector<documents::Block> blocks;
    std::vector<ByteRange> pages;
    std::vector<documents::SourceAnchor> source_map;
};

struct StoredPassage {
    PassageId id;
    DocumentId document;
    ByteRange range;
    int page = 0;
    std::string heading;
    std::string text;
    std::int64_t first_unit = 0, units = 0;  ///< of its document's units
};

/// Everything that reading produced for one document.
struct ReadDocument {
    documents::Document document;
    documents::Passages passages;
};

/// Vectors of one document. All rows have length 1.
struct DocumentVectors {
    std::int64_t dimension = 0;
    std::int64_t generation = 0;
    std::vector<float> units;     ///< [units, dimension]
    std::vector<float> passages;  ///< [passages, dimension]: mean over the positions of its units
    std::vector<float> document;  ///< [dimension]: mean of its units' vectors
};

/// Units of one document as the encoder takes them.
struct StoredUnits {
    DocumentId document;
    std::vector<std::int32_t> ids;
    std::vector<std::int64_t> offsets;  ///< [units + 1]
    std::vector<ByteRange> ranges;      ///< [units], of the document's text
};

struct Counts {
    std::int64_t documents = 0;  ///< all known: searched + failed + pending
    std::int64_t ready = 0, read = 0, pending = 0, failed = 0;
    std::int64_t passages = 0, units = 0, tokens = 0;
    std::int64_t bytes = 0;  ///< of the library file
    std::int64_t generation = 0;
    std::string model;       ///< name and hash of the model that made the vectors
};

struct KeywordHit {
    PassageId passage;
    double score = 0;  ///< BM25, larger is better
};

enum class OpenMode : std::uint8_t {
    ReadOnly,   ///< any number of processes; throws where there is no file
    ReadWrite,  ///< one process at a time, kept out by a lock; creates the file
};

/// One connection. Not safe on several threads at once: each thread opens its own.
class Library {
 public:
    static std::unique_ptr<Library> open(const std::filesystem::path& file, OpenMode mode);
    ~Library();

    const std::filesystem::path& file() const;

    // Documents.
    std::vector<DocumentRecord> documents() const;
    std::optional<DocumentRecord> document(DocumentId id) const;
    std::optional<DocumentRecord> find(std::string_view path) const;
    Counts counts() const;
    StoredText text(DocumentId id) const;
    StoredUnits units(DocumentId id) const;
    std::vector<StoredPassage> passages(DocumentId id) const;
    StoredPassage passage(PassageId id) const;
    std::vector<StoredPassage> passages(std::span<const PassageId> ids) const;  ///< in the order asked
    std::vector<ByteRange> sentences(DocumentId id) const;
    std::optional<DocumentVectors> vectors(DocumentId id) const;

    /// Best passages by BM25 over text, heading and title (weighted columns). `query` is free text, not FTS5 syntax.
    std::vector<KeywordHit> keyword_search(std::string_view query, int limit) const;

    // Writing: each call is one transaction.
    DocumentId add_pending(const DocumentRecord& record);  ///< the same path again updates it
    void store_read(DocumentId id, const DocumentRecord& record, const ReadDocument& read);
    void store_failed(DocumentId id, const DocumentRecord& record, std::string_view reason);
    /// All or nothing for the documents given: their vectors, generation and state Ready.
    void store_vectors(std::span<const DocumentId> ids, std::span<const DocumentVectors> vectors);
    void remove(DocumentId id);
    void compact();

    std::optional<std::string> setting(std::string_view key) const;
    void set_setting(std::string_view key, std::string_view value);

    /// Proves the file: integrity_check, foreign keys, checksums, counts, ranges, vectors finite and of unit length.
    /// Returns what is wrong, a sentence each; empty: all is well.
    std::vector<std::string> verify() const;

 private:
    struct State;
    explicit Library(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// $CORPUSCOPE_LIBRARY, else $XDG_DATA_HOME/corpuscope/library.corpuscope (~/.local/share where unset).
std::filesystem::path default_library_file();

}  // namespace corpuscope::library
