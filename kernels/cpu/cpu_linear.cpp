// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/cpu_linear.h"

#include <algorithm>

namespace corpuscope::kernels::cpu {

ProductCut cut_product(std::int64_t rows, std::int64_t tile_rows, std::int64_t panels, int threads) {
    ProductCut cut{tile_rows, (rows + tile_rows - 1) / tile_rows, 1, panels};
    if (threads <= 1 || cut.tiles == 0 || cut.tiles >= 4 * std::int64_t{threads}) return cut;
    const std::int64_t wanted = std::min(panels, (4 * std::int64_t{threads} + cut.tiles - 1) / cut.tiles);
    cut.group_panels = (panels + wanted - 1) / wanted;
    cut.groups = (panels + cut.group_panels - 1) / cut.group_panels;
    return cut;
}

}  // namespace corpuscope::kernels::cpu
