// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The library: one SQLite file that holds everything Corpuscope knows of a corpus. Documents are referenced
// in place; their extracted text, structure, passages, units, token ids and vectors are stored. A document's
// state is set last in one transaction, so a kill at any moment leaves either all of it or none. The format
// of the file is described in resources/manual/library-format.md.
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
#include "engine/library/sequence_part.h"
#include "engine/types.h"

namespace corpuscope::library {

/// The library file cannot be used; what() is a sentence that names the file and the reason (not a library,
/// of a newer version, in use by another process, disk full, damaged, ...).
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
    /// What cut its units: the model whose tokenizer did and the size of a unit. Another one means: cut it
    /// again.
    std::string segmentation;
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
    std::int64_t first_unit = 0, units = 0;          ///< of its document's units
    std::int64_t first_sentence = 0, sentences = 0;  ///< of its document's sentences
};

/// Which of its document's units a passage has.
struct PassageUnits {
    PassageId id;
    std::int64_t first_unit = 0, units = 0;
};

/// Everything that reading produced for one document.
struct ReadDocument {
    documents::Document document;
    documents::Passages passages;
};

/// Vectors of one document. All rows have length 1. They are stored as int8 with one scale a row where every
/// row keeps a cosine of kLeastCosine with what was given, else as float32.
inline constexpr double kLeastCosine = 0.9995;
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
    std::string model;  ///< name and hash of the model that made the vectors
};

struct KeywordHit {
    PassageId passage;
    double score = 0;  ///< BM25, larger is better
};

struct KeywordOptions {
    int limit = 10;
    double text = 1.0, heading = 1.0, title = 1.0;  ///< weights of the columns
    std::span<const DocumentId> within;             ///< empty: the whole corpus
    /// Ranking a passage takes a microsecond or two, and common words stand in hundreds of thousands. In the
    /// whole corpus the words looked for are therefore the rarest of the query that stand in no more than
    /// this many passages together, and the rarest in any case; the others count where they stand beside one
    /// of these. Where the rarest alone stands in more, passages that hold nothing else of the query are left
    /// out once `limit` others are found. A word that stands in more than this many and in nearly half of the
    /// corpus, which weighs next to nothing, counts beside none.
    std::int64_t ranked = 20'000;
};

/// Passages of a document that hold a phrase.
struct PhraseHit {
    DocumentId document;
    std::int64_t passages = 0;
};

enum class VectorLevel : std::uint8_t { Unit, Passage, Document };

/// Vectors of one level of one document as int8: row r is scales[r] * codes[r * dimension ...].
struct QuantizedVectors {
    std::int64_t dimension = 0;
    std::int64_t generation = 0;
    std::vector<std::int8_t> codes;  ///< [rows, dimension]
    std::vector<float> scales;       ///< [rows]
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

    // Documents, always in the order of their paths, which is the order of the sequence that the encoder
    // reads.
    std::vector<DocumentRecord> documents() const;
    std::optional<DocumentRecord> document(DocumentId id) const;
    std::optional<DocumentRecord> find(std::string_view path) const;
    Counts counts() const;

    /// While it lives, what is read is of one moment, and the file's locks are taken once instead of for
    /// every call, which are most of the time of a short one. The library cannot be written meanwhile.
    class ReadTransaction {
     public:
        explicit ReadTransaction(const Library& library);
        ~ReadTransaction();
        ReadTransaction(const ReadTransaction&) = delete;
        ReadTransaction& operator=(const ReadTransaction&) = delete;

     private:
        const Library& library_;
    };

    // Of one document. Throw LibraryError where the stored bytes are damaged or there is no such document or
    // passage.
    StoredText text(DocumentId id) const;
    std::vector<documents::Block> blocks(DocumentId id) const;  ///< as in text(), without the text
    StoredUnits units(DocumentId id) const;
    std::vector<StoredPassage> passages(DocumentId id) const;
    StoredPassage passage(PassageId id) const;
    std::vector<StoredPassage> passages(std::span<const PassageId> ids) const;  ///< in the order asked
    std::vector<PassageId> passage_ids(DocumentId id) const;
    std::vector<PassageUnits> passage_units(DocumentId id) const;
    std::vector<ByteRange> sentences(DocumentId id) const;
    std::optional<DocumentVectors> vectors(DocumentId id) const;
    std::optional<QuantizedVectors> quantized_vectors(DocumentId id, VectorLevel level) const;

    /// Parts of the sequence that encoding passes kept, in its order; none where there was no pass over
    /// everything since the model was set.
    std::vector<SequencePart> sequence() const;
    std::optional<std::int64_t> sequence_generation() const;  ///< of its first part

    /// Best passages by BM25 over text, heading and title (weighted columns). `query` is free text, not FTS5
    /// syntax: its words are alternatives, English stop words count only where there is nothing else, a word
    /// with marks inside
    /// ("git-rebase") is looked for as a phrase and by its parts, words in double quotes are a phrase.
    std::vector<KeywordHit> keyword_search(std::string_view query, const KeywordOptions& options) const;
    std::vector<KeywordHit> keyword_search(std::string_view query, int limit) const;
    /// How many passages hold a word (in any of the forms that the index takes for the same) or the words of
    /// a phrase side by side.
    std::int64_t passages_with(std::string_view phrase) const;
    /// Documents with all words of the phrase side by side, those with most passages first.
    std::vector<PhraseHit> documents_with_phrase(std::string_view phrase) const;

    // Writing: each call is one transaction. All throw LibraryError (disk full, ...), std::invalid_argument
    // where what is given does not fit together (a passage outside the text, ...); then nothing of it is
    // stored.

    /// Makes one transaction of all writing inside `work`: all of it is stored, or nothing where it throws.
    void in_transaction(const std::function<void()>& work);

    DocumentId add_pending(const DocumentRecord& record);  ///< a known path gives its id and changes nothing
    /// The document's text, passages and units in place of what was stored of it; its vectors wait for the
    /// encoder.
    void store_read(DocumentId id, const DocumentRecord& record, const ReadDocument& read);
    /// What was stored of the document is removed.
    void store_failed(DocumentId id, const DocumentRecord& record, std::string_view reason);
    /// Same content, other time of modification.
    void set_modified(DocumentId id, std::int64_t modified_ns);
    /// All or nothing for the documents given: their vectors, generation and state Ready.
    void store_vectors(std::span<const DocumentId> ids, std::span<const DocumentVectors> vectors);
    /// One that begins at position 0 takes the place of all parts.
    void store_sequence_part(const SequencePart& part);
    /// Vectors of different models cannot be compared: makes `model` the library's model (Counts::model) and,
    /// where it was another one, drops all vectors and the sequence, so that every document waits for the
    /// encoder again.
    void set_model(std::string_view model);
    void remove(DocumentId id);
    /// Merges the keyword index, returns the room of what was removed to the file system.
    void compact();

    std::optional<std::string> setting(std::string_view key) const;
    void set_setting(std::string_view key, std::string_view value);
    void remove_setting(std::string_view key);

    /// Proves the file: integrity_check, foreign keys, keyword index, checksums, counts, ranges inside the
    /// text and on character boundaries, vectors finite and of unit length, states that agree with what is
    /// there. Returns what is wrong, a sentence each; empty: all is well.
    std::vector<std::string> verify() const;

 private:
    struct State;
    explicit Library(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// How Counts::model and DocumentRecord::segmentation name a model: name and the hash of its weights.
std::string model_identity(std::string_view name, std::string_view hash);
/// Throws LibraryError where `out` is the library itself or what SQLite keeps beside it.
void refuse_to_replace(const Library& library, const std::filesystem::path& out);
/// Throws LibraryError where the library's vectors are of another model: questions and vectors of two models
/// have nothing to do with one another.
void check_model(const Library& library, std::string_view identity);

/// $CORPUSCOPE_LIBRARY, else corpuscope/library.corpuscope in the user's data folder (engine/user_folders.h).
/// Throws LibraryError where the user has none.
std::filesystem::path default_library_file();

}  // namespace corpuscope::library
