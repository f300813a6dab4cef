// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/model_import.h"

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "engine/longnet/json.h"
#include "engine/longnet/mapped_file.h"
#include "engine/tokenizer/wordpiece.h"

namespace corpuscope {
namespace {

namespace fs = std::filesystem;

/// "do_lower_case" of tokenizer_config.json; true where the folder does not say.
bool lowers_case(const fs::path& folder) {
    const fs::path file = folder / "tokenizer_config.json";
    if (!fs::exists(file)) return true;
    const longnet::MappedFile mapped(file);
    const auto bytes = mapped.bytes();
    try {
        const auto json = longnet::Json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        const longnet::Json* setting = json.find("do_lower_case");
        return setting == nullptr || setting->boolean();
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(file.string() + ": " + error.what());
    }
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
        << "A LongNet encoder, imported from the BERT-shaped model `" << source.filename().string()
        << "` by `corpuscope model import`.\n\n"
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
    fs::create_directories(out);
    const std::string name = options.name.empty() ? source.filename().string() : options.name;
    tokenizer::convert_wordpiece(source / "vocab.txt", lowers_case(source), out / "tokenizer.model");
    const longnet::Config config = longnet::import_weights(source, out, name, options.storage);
    write_card(out / "README.md", source, config, options.storage);
}

}  // namespace corpuscope
