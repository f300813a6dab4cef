// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Streams of work as a GPU has them, on this processor: what is queued is done later, as late as somebody
// waits for it, and which stream goes on meanwhile is drawn at random. An order that nobody asked for shows.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <random>
#include <stdexcept>
#include <vector>

namespace corpuscope::longnet {

class SimulatedStreams {
 public:
    explicit SimulatedStreams(unsigned seed) : random_(seed) {}

    std::size_t add() {
        streams_.emplace_back();
        return streams_.size() - 1;
    }
    void queue(std::size_t stream, std::function<void()> work) {
        streams_[stream].items.push_back({std::move(work), 0, 0});
        ++streams_[stream].queued;
    }
    /// What is queued on `second` from now on begins when what is on `first` is done.
    void order(std::size_t first, std::size_t second) {
        streams_[second].items.push_back({{}, first, streams_[first].queued});
        ++streams_[second].queued;
    }
    /// Returns when `stream` is done; others may have gone on beside it.
    void drain(std::size_t stream) {
        while (!streams_[stream].items.empty()) step();
    }
    void drain_all() {
        for (std::size_t s = 0; s < streams_.size(); ++s) drain(s);
    }

 private:
    struct Item {
        std::function<void()> work;  // none: waits until `other` has done `until` items
        std::size_t other, until;
    };
    struct Stream {
        std::deque<Item> items;
        std::size_t queued = 0;
    };

    bool ready(const Stream& stream) const {
        if (stream.items.empty()) return false;
        const Item& item = stream.items.front();
        const Stream& other = streams_[item.other];
        return item.work || other.queued - other.items.size() >= item.until;
    }

    void step() {
        std::vector<std::size_t> able;
        for (std::size_t s = 0; s < streams_.size(); ++s)
            if (ready(streams_[s])) able.push_back(s);
        if (able.empty()) throw std::logic_error("the streams wait for one another");
        Stream& stream = streams_[able[random_() % able.size()]];
        const Item item = std::move(stream.items.front());
        if (item.work) item.work();
        stream.items.pop_front();
    }

    std::vector<Stream> streams_;
    std::mt19937 random_;
};

}  // namespace corpuscope::longnet
