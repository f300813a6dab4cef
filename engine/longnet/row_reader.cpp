// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/longnet/row_reader.h"

namespace corpuscope::longnet {

namespace {

bool consecutive_floats(const kernels::Matrix& rows) {
    return rows.type == kernels::DType::F32 && (rows.stride == rows.columns || rows.rows <= 1);
}

}  // namespace

const float* RowReader::read(const kernels::Matrix& rows) {
    if (backend_.host_memory() && consecutive_floats(rows)) return rows.row<float>(0);
    host_.resize(static_cast<std::size_t>(rows.rows * rows.columns));
    read(rows, host_.data());
    return host_.data();
}

void RowReader::read(const kernels::Matrix& rows, float* to) {
    kernels::Matrix from = rows;
    if (!consecutive_floats(rows)) {
        floats_.resize(backend_, rows.rows, rows.columns);
        from = floats_.view();
        const kernels::MatrixCopy copy{rows, from};
        backend_.copy({&copy, 1});
    }
    backend_.download(to, from.data, static_cast<std::size_t>(rows.rows * rows.columns) * sizeof(float));
}

}  // namespace corpuscope::longnet
