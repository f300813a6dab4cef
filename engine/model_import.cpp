// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/model_import.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "engine/longnet/json.h"
#include "engine/longnet/mapped_file.h"
#include "engine/longnet/model.h"
#include "engine/tokenizer/tokenizer.h"
#include "engine/tokenizer/wordpiece.h"

namespace corpuscope {
namespace {

namespace fs = std::filesystem;

// Of a model folder; the one that makes it a model is the last.
constexpr std::array kFiles = {"tokenizer.model", "model.safetensors", "README.md", "config.json"};
constexpr std::string_view kMadeBy = "by `corpuscope model import`";

std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool is_at_or_below(const fs::path& path, const fs::path& folder) {
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

/// Throws where something would be lost that an import did not write. Both without links, ".." and trailing
/// slashes; `named` is what the caller calls `out`.
void refuse_to_overwrite(const fs::path& source, const fs::path& out, const fs::path& named) {
    const auto refuse = [&](const char* reason) { throw std::runtime_error(named.string() + ": " + reason); };
    if (is_at_or_below(out, source)) refuse("is the folder that is imported, or in it; choose another");
    if (is_at_or_below(source, out)) refuse("holds the folder that is imported; choose another");
    const fs::file_status status = fs::symlink_status(out);
    if (!fs::exists(status)) return;
    if (!fs::is_directory(status)) refuse("is not a folder");
    if (fs::is_empty(out)) return;
    if (!fs::exists(out / "config.json") || text_of(out / "README.md").find(kMadeBy) == std::string::npos)
        refuse("is not empty, nor a model that 'corpuscope model import' made; choose another folder");
}

/// A folder beside `out`, which takes the files over once all are written. Nothing but these is ever removed.
class Staging {
 public:
    explicit Staging(const fs::path& out) : out_(out), folder_(out) {
        folder_ += ".importing";
        fs::create_directories(out.parent_path());
        clear();  // of an import that was killed
        fs::create_directory(folder_);
    }
    ~Staging() { clear(); }
    Staging(const Staging&) = delete;
    Staging& operator=(const Staging&) = delete;

    const fs::path& folder() const { return folder_; }
    void take_over() const {
        fs::create_directory(out_);
        for (const char* file : kFiles) fs::rename(folder_ / file, out_ / file);
    }

 private:
    void clear() const {
        std::error_code ignored;
        for (const char* file : kFiles) fs::remove(folder_ / file, ignored);
        fs::remove(folder_, ignored);
    }

    fs::path out_, folder_;
};

/// What `read` makes of a JSON file; errors name the file.
template <typename Read>
auto from_json(const fs::path& file, const Read& read) {
    const longnet::MappedFile mapped(file);
    const auto bytes = mapped.bytes();
    try {
        return read(longnet::Json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(file.string() + ": " + error.what());
    }
}

/// "do_lower_case" of tokenizer_config.json; true where the folder does not say.
bool lowers_case(const fs::path& folder) {
    const fs::path file = folder / "tokenizer_config.json";
    if (!fs::exists(file)) return true;
    return from_json(file, [](const longnet::Json& json) {
        const longnet::Json* setting = json.find("do_lower_case");
        return setting == nullptr || setting->boolean();
    });
}

/// A piece without a row in the token table would be read from beyond its end.
void check_vocabulary(const fs::path& folder) {
    const fs::path vocabulary = folder / "vocab.txt";
    std::ifstream file(vocabulary, std::ios::binary);
    std::int64_t pieces = 0;
    for (std::string line; std::getline(file, line);) ++pieces;
    const std::int64_t rows = from_json(folder / "config.json", [&](const longnet::Json& json) {
        const longnet::Json* size = json.find("vocab_size");
        return size == nullptr ? pieces : size->integer();
    });
    if (pieces > rows)
        throw std::runtime_error(vocabulary.string() + ": has " + std::to_string(pieces) +
                                 " pieces; the \"vocab_size\" of config.json is " + std::to_string(rows));
}

/// The "license:" of the front matter of a Hugging Face model card.
std::string license_of(const fs::path& folder) {
    std::ifstream card(folder / "README.md");
    std::string line;
    if (!std::getline(card, line) || !line.starts_with("---")) return "not stated";
    constexpr std::string_view kKey = "license:";
    while (std::getline(card, line) && !line.starts_with("---"))
        if (line.starts_with(kKey)) return line.substr(line.find_first_not_of(' ', kKey.size()));
    return "not stated";
}

void write_card(const fs::path& file, const fs::path& source, const longnet::Config& config,
                longnet::Storage storage) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << "# " << config.name << "\n\n"
        << "A LongNet encoder, imported from the BERT-shaped model `" << source.filename().string() << "` "
        << kMadeBy << ".\n\n"
        << "- Source licence: " << license_of(source) << "\n"
        << "- Shape: " << config.layers << " layers, width " << config.d_model << ", " << config.heads
        << " heads, feed-forward " << config.d_ffn << ", " << config.vocabulary << " pieces\n"
        << "- Attention: windows of " << config.window
        << " positions, and dilated branches over the whole corpus (gate " << config.outer_gate << ")\n"
        << "- Units: whole sentences, closed from " << config.unit_tokens << " tokens on\n"
        << "- Weights: "
        << (storage == longnet::Storage::Int8 ? "int8 with a bf16 scale for each 32 elements of a row (16 in "
                                                "the second feed-forward matrices, "
                                                "96 in the token table); int12 with a scale a row for the "
                                                "first feed-forward matrices and the "
                                                "value projections of the last three layers: four more bits "
                                                "of two elements a byte in NAME.low; "
                                                "bf16 for positions"
                                              : "bf16")
        << "; float32 for biases and norms; rows of unused pieces absent (NAME.absent: first row, number)"
        << "\n"
        << "- Tokenizer: SentencePiece unigram, made from the source's WordPiece vocabulary; the numbering "
           "is kept\n"
        << "- Recipe: the source's weights as they are, nothing trained\n"
        << "- Measured quality: none by this import\n";
    out.close();
    if (!out)
        throw std::runtime_error(file.string() +
                                 ": cannot be written: " + std::generic_category().message(errno));
}

}  // namespace

void import_model(const fs::path& folder, const fs::path& out, const ImportOptions& options) {
    const fs::path source = fs::canonical(folder);
    fs::path place = fs::weakly_canonical(fs::absolute(out));
    if (!place.has_filename()) place = place.parent_path();  // "out/"
    refuse_to_overwrite(source, place, out);
    const Staging staging(place);
    const fs::path pieces = staging.folder() / "tokenizer.model";
    tokenizer::convert_wordpiece(source / "vocab.txt", lowers_case(source), pieces);
    check_vocabulary(source);
    const auto tokenizer = tokenizer::Tokenizer::load(pieces);
    const longnet::Config config =
        longnet::import_weights(source, staging.folder(),
                                {.name = options.name.empty() ? source.filename().string() : options.name,
                                 .storage = options.storage,
                                 .cls_id = tokenizer->cls_id(),
                                 .sep_id = tokenizer->sep_id()});
    write_card(staging.folder() / "README.md", source, config, options.storage);
    longnet::load_model(staging.folder());  // throws where no encoder could be made of it
    staging.take_over();
}

}  // namespace corpuscope
