// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <fstream>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "engine/longnet/json.h"
#include "engine/longnet/mapped_file.h"
#include "engine/longnet/model.h"

namespace corpuscope::longnet {
namespace {

constexpr std::int64_t kMaxExtent = std::int64_t{1} << 24;
constexpr double kMaxGate = 1e6;  // far beyond what closes a branch, or all others

/// What `read` gives; where it throws, the error names the setting.
template <typename Function>
auto in_words(const char* key, Function read) {
    try {
        return read();
    } catch (const std::runtime_error& error) {
        throw std::runtime_error("\"" + std::string(key) + "\": " + error.what());
    }
}

/// Reads the settings of one JSON object, numbers within bounds; a setting that is missing keeps its value.
class SettingReader {
 public:
    explicit SettingReader(const Json& json) : json_(json) {}

    template <typename T>
    void required(const char* key, T& value, std::int64_t least, std::int64_t most = kMaxExtent) const {
        json_.at(key);
        optional(key, value, least, most);
    }

    template <typename T>
    void optional(const char* key, T& value, std::int64_t least, std::int64_t most = kMaxExtent) const {
        const Json* found = json_.find(key);
        if (found == nullptr) return;
        const std::int64_t number = in_words(key, [&] { return found->integer(); });
        if (number < least || number > most)
            throw std::runtime_error("\"" + std::string(key) + "\" is " + std::to_string(number) + ", not " +
                                     std::to_string(least) + " to " + std::to_string(most));
        value = static_cast<T>(number);
    }

    void optional_real(const char* key, float& value, double least, double most) const {
        const Json* found = json_.find(key);
        if (found == nullptr) return;
        const double number = in_words(key, [&] { return found->number(); });
        if (number < least || number > most) {
            std::ostringstream text;
            text << '"' << key << "\" is " << number << ", not " << least << " to " << most;
            throw std::runtime_error(text.str());
        }
        value = static_cast<float>(number);
    }

    void optional_text(const char* key, std::string& value) const {
        if (const Json* found = json_.find(key)) value = in_words(key, [&] { return found->string(); });
    }

 private:
    const Json& json_;
};

Config config_from(const Json& json) {
    Config config;
    const SettingReader settings(json);
    settings.optional_text("name", config.name);
    settings.required("layers", config.layers, 1, 1000);
    settings.required("heads", config.heads, 1, 1024);
    settings.required("d_model", config.d_model, 1);
    settings.required("d_ffn", config.d_ffn, 1);
    settings.required("max_positions", config.max_positions, 3);
    settings.required("vocabulary", config.vocabulary, 1);
    settings.optional_real("layer_norm_epsilon", config.layer_norm_epsilon, 0, 1);
    settings.optional("window", config.window, 3, config.max_positions);
    settings.optional("branch_growth", config.branch_growth, 2, 64);
    settings.optional("unit_tokens", config.unit_tokens, 0, config.window - 2);
    settings.optional_real("outer_gate", config.outer_gate, -kMaxGate, kMaxGate);
    settings.optional("cls_id", config.cls_id, 0, config.vocabulary - 1);
    settings.optional("sep_id", config.sep_id, 0, config.vocabulary - 1);
    if (config.d_model % config.heads != 0) throw std::runtime_error("\"heads\" does not divide \"d_model\"");
    if (config.window > config.max_positions)
        throw std::runtime_error("\"window\" is larger than \"max_positions\"");
    return config;
}

}  // namespace

Config read_config(const std::filesystem::path& file) {
    const MappedFile mapped(file);
    const auto bytes = mapped.bytes();
    try {
        return config_from(Json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(file.string() + ": " + error.what());
    }
}

void write_config(const std::filesystem::path& file, const Config& config) {
    std::ostringstream out;
    out.precision(std::numeric_limits<float>::max_digits10);
    out << "{\n"
        << "  \"name\": " << quote_json(config.name) << ",\n"
        << "  \"layers\": " << config.layers << ",\n"
        << "  \"heads\": " << config.heads << ",\n"
        << "  \"d_model\": " << config.d_model << ",\n"
        << "  \"d_ffn\": " << config.d_ffn << ",\n"
        << "  \"max_positions\": " << config.max_positions << ",\n"
        << "  \"vocabulary\": " << config.vocabulary << ",\n"
        << "  \"layer_norm_epsilon\": " << config.layer_norm_epsilon << ",\n"
        << "  \"window\": " << config.window << ",\n"
        << "  \"branch_growth\": " << config.branch_growth << ",\n"
        << "  \"unit_tokens\": " << config.unit_tokens << ",\n"
        << "  \"outer_gate\": " << config.outer_gate << ",\n"
        << "  \"cls_id\": " << config.cls_id << ",\n"
        << "  \"sep_id\": " << config.sep_id << "\n}\n";
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    stream << out.str();
    stream.close();
    if (!stream)
        throw std::runtime_error(file.string() +
                                 ": cannot be written: " + std::generic_category().message(errno));
}

std::vector<kernels::Branch> branches_for(const Config& config, std::int64_t length) {
    std::vector<kernels::Branch> branches = {{config.window, 1}};
    while (branches.back().segment < length)
        branches.push_back(
            {branches.back().segment * config.branch_growth, branches.back().rate * config.branch_growth});
    return branches;
}

std::int64_t largest_segment(const Config& config, std::int64_t positions) {
    std::int64_t segment = config.window;
    while (segment * config.branch_growth <= positions) segment *= config.branch_growth;
    return segment;
}

}  // namespace corpuscope::longnet
