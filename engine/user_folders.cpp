// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/user_folders.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

namespace corpuscope {
namespace {

namespace fs = std::filesystem;

fs::path absolute_or_none(const char* value) {
    const fs::path path = value != nullptr ? value : "";
    return path.is_absolute() ? path : fs::path();
}

fs::path home_of_user() {
    constexpr std::size_t kEnough = 1 << 14;
    std::vector<char> buffer(kEnough);
    passwd entry{};
    passwd* found = nullptr;
    if (getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
        return {};
    return absolute_or_none(found->pw_dir);
}

}  // namespace

fs::path user_data_folder() {
    if (fs::path data = absolute_or_none(std::getenv("XDG_DATA_HOME")); !data.empty()) return data;
    fs::path home = absolute_or_none(std::getenv("HOME"));
    if (home.empty()) home = home_of_user();
    return home.empty() ? home : home / ".local" / "share";
}

}  // namespace corpuscope
