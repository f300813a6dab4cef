// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models.h"

#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include "engine/user_folders.h"

namespace corpuscope {
namespace {

namespace fs = std::filesystem;

fs::path from_environment(const char* variable) {
    const char* value = std::getenv(variable);
    return value != nullptr ? fs::path(value) : fs::path();
}

}  // namespace

std::vector<fs::path> model_folders() {
    std::vector<fs::path> folders;
    if (const fs::path chosen = from_environment("CORPUSCOPE_MODELS"); !chosen.empty())
        folders.push_back(chosen);
    if (const fs::path data = user_data_folder(); !data.empty())
        folders.push_back(data / "corpuscope/models");
    std::error_code error;
    if (const fs::path program = fs::read_symlink("/proc/self/exe", error); !error) {
        const fs::path prefix = program.parent_path().parent_path();
        folders.push_back(prefix / "share/corpuscope/models");
    }
    folders.emplace_back(CORPUSCOPE_SOURCE_MODELS);
    return folders;
}

fs::path find_model(const std::string& name_or_path) {
    const auto is_model = [](const fs::path& folder) {
        std::error_code error;
        return fs::is_regular_file(folder / "config.json", error);
    };
    const std::vector<fs::path> folders = model_folders();
    const bool is_name = name_or_path.find('/') == std::string::npos;
    if (is_name)
        for (const fs::path& folder : folders)
            if (is_model(folder / name_or_path)) return folder / name_or_path;
    if (!name_or_path.empty() && is_model(name_or_path)) return name_or_path;
    std::string looked = name_or_path;
    if (is_name)
        for (const fs::path& folder : folders) looked += ", " + (folder / name_or_path).string();
    throw std::runtime_error("model \"" + name_or_path +
                             "\" was not found; looked for config.json in: " + looked);
}

}  // namespace corpuscope
