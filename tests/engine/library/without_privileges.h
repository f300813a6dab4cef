// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

namespace corpuscope::library::testing {

/// The superuser may open everything, so that permissions cannot be tested as one: acts as nobody while it
/// lives. Does nothing where the tests run as an ordinary user.
class WithoutPrivileges {
 public:
    WithoutPrivileges() : changed_(::geteuid() == 0 && ::seteuid(65534) == 0) {}
    ~WithoutPrivileges() {
        if (changed_ && ::seteuid(0) != 0) ::_exit(1);
    }
    WithoutPrivileges(const WithoutPrivileges&) = delete;
    WithoutPrivileges& operator=(const WithoutPrivileges&) = delete;

 private:
    bool changed_;
};

}  // namespace corpuscope::library::testing
