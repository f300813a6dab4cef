// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>
#include <map>
#include <string>
#include <vector>

#include "kernels/attention.h"

namespace corpuscope::kernels::test {

/// Folder of the golden cases: CORPUSCOPE_GOLDENS, else tests/data/goldens.
QString golden_folder();
QStringList golden_names();

struct Tensor {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

/// A case computed in float64 by another implementation, and the problem that should give its results.
class GoldenCase {
 public:
    /// Throws std::runtime_error where the file is not a golden case.
    explicit GoldenCase(const QString& name);
    GoldenCase(const GoldenCase&) = delete;
    GoldenCase& operator=(const GoldenCase&) = delete;

    /// Points into this object; `out` and `lse` are where the results go.
    AttentionProblem problem(std::vector<float>& out, std::vector<float>& lse) const;
    const Tensor& tensor(const char* key) const { return tensors_.at(key); }
    bool has(const char* key) const { return tensors_.contains(key); }

 private:
    const float* optional(const char* key) const;

    std::map<std::string, Tensor> tensors_;
    std::vector<Branch> branches_;
    std::vector<KeyRows> keys_;
    std::vector<std::int32_t> units_;
    std::vector<float> slopes_;
    OffsetRule rule_ = OffsetRule::Modulo;
    int layer_ = 0;
    bool causal_ = false;
};

}  // namespace corpuscope::kernels::test
