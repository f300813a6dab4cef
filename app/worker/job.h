// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "app/worker/worker.h"
#include "engine/progress.h"

namespace corpuscope::app {

/// One request on its way to a thread of the worker. Whoever made it can cancel it there, begun or not.
struct Job {
    JobId id = 0;
    std::shared_ptr<Control> control = std::make_shared<Control>();
};

}  // namespace corpuscope::app
