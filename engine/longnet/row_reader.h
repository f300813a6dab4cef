// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "engine/longnet/device_array.h"

namespace corpuscope::longnet {

/// Shows the processor rows that lie in a backend's memory, whatever their type.
class RowReader {
 public:
    explicit RowReader(kernels::Backend& backend) : backend_(backend) {}

    /// [rows, columns] as float32 one after another in host memory, valid until the next call.
    const float* read(const kernels::Matrix& rows);

    /// The same, written to `to`.
    void read(const kernels::Matrix& rows, float* to);

 private:
    kernels::Backend& backend_;
    DeviceMatrix floats_;
    std::vector<float> host_;
};

}  // namespace corpuscope::longnet
