// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "engine/longnet/model.h"
#include "kernels/backend.h"

namespace corpuscope::longnet {

/// Mean of x x^T over the inputs x of a matrix product, [size, size].
struct SecondMoment {
    std::int64_t size = 0;
    std::vector<double> values;
};

/// Second moments of the inputs of a layer's products.
struct LayerMoments {
    SecondMoment qkv, output, up, down;
};

/// What the products of each layer see when the model encodes texts of pieces drawn at random from its
/// vocabulary: enough to learn which directions of an input are large, in whatever language, without a text.
/// Deterministic. Throws std::invalid_argument where the backend's memory is not the host's.
std::vector<LayerMoments> measure_moments(const Model& model, kernels::Backend& backend);

}  // namespace corpuscope::longnet
