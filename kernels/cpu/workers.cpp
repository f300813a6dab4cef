// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/workers.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#ifdef __linux__
#include <sched.h>
#endif

namespace corpuscope::kernels::cpu {
namespace {

/// Cores that this process may run on, hardware threads of one core counted once.
int physical_cores() {
#ifdef __linux__
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0) {
        std::set<std::string> cores;
        for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
            if (!CPU_ISSET(cpu, &allowed)) continue;
            const std::string topology =
                "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list";
            std::string siblings;
            if (!std::getline(std::ifstream(topology), siblings)) siblings = std::to_string(cpu);
            cores.insert(siblings);
        }
        if (!cores.empty()) return static_cast<int>(cores.size());
    }
#endif
    return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

}  // namespace

Workers::Workers(int threads) : pool_(threads > 0 ? threads : physical_cores()) {
    for (int t = 0; t < pool_.threads(); ++t) scratch_.push_back(std::make_unique<HostBuffer>());
}

}  // namespace corpuscope::kernels::cpu
