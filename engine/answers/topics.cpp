// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/answers/topics.h"

#include <faiss/Clustering.h>
#include <faiss/IndexFlat.h>

#include <algorithm>

namespace corpuscope::answers {
namespace {

constexpr int kIterations = 12;
constexpr int kMostRowsPerTopic = 256;  // that the centres are learned from

}  // namespace

std::vector<Topic> find_topics(std::span<const float> rows, std::int64_t dimension, int count) {
    const std::int64_t n = static_cast<std::int64_t>(rows.size()) / dimension;
    if (n == 0 || count <= 0) return {};
    const int k = static_cast<int>(std::min<std::int64_t>(n, count));
    faiss::ClusteringParameters parameters;
    parameters.niter = kIterations;
    parameters.spherical = true;
    parameters.min_points_per_centroid = 1;
    parameters.max_points_per_centroid = kMostRowsPerTopic;
    faiss::Clustering clustering(static_cast<int>(dimension), k, parameters);
    faiss::IndexFlatIP index(dimension);
    clustering.train(n, rows.data(), index);

    std::vector<float> cosines(static_cast<std::size_t>(n));
    std::vector<faiss::Index::idx_t> nearest(static_cast<std::size_t>(n));
    index.search(n, rows.data(), 1, cosines.data(), nearest.data());

    std::vector<Topic> topics(static_cast<std::size_t>(k));
    for (int t = 0; t < k; ++t)
        topics[static_cast<std::size_t>(t)].centre.assign(clustering.centroids.begin() + t * dimension,
                                                          clustering.centroids.begin() + (t + 1) * dimension);
    for (std::int64_t row = 0; row < n; ++row)
        topics[static_cast<std::size_t>(nearest[static_cast<std::size_t>(row)])].members.push_back(row);
    for (Topic& topic : topics)
        std::stable_sort(topic.members.begin(), topic.members.end(), [&](std::int64_t a, std::int64_t b) {
            return cosines[static_cast<std::size_t>(a)] > cosines[static_cast<std::size_t>(b)];
        });
    std::erase_if(topics, [](const Topic& topic) { return topic.members.empty(); });
    std::stable_sort(topics.begin(), topics.end(),
                     [](const Topic& a, const Topic& b) { return a.members.size() > b.members.size(); });
    return topics;
}

}  // namespace corpuscope::answers
