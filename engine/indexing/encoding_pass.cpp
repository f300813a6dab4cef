// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/indexing/encoding_pass.h"

#include <QCryptographicHash>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <unordered_map>

#include "engine/indexing/pooling.h"

namespace corpuscope::indexing {
namespace {

using library::DocumentRecord;
using library::DocumentState;

constexpr const char* kPlanSetting = "encoding";
constexpr std::int64_t kUnitsPerTransaction = 32768;

/// Of everything that the sequence of these documents depends on.
std::string digest_of(const std::vector<DocumentRecord>& documents) {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const DocumentRecord& record : documents) {
        const std::string line = std::to_string(record.id.value) + ' ' + record.sha256 + ' ' +
                                 std::to_string(record.reader_version) + ' ' + record.segmentation + ' ' +
                                 std::to_string(record.tokens) + '\n';
        hash.addData(QByteArrayView(line.data(), static_cast<qsizetype>(line.size())));
    }
    return hash.result().toHex().toStdString();
}

std::int64_t tokens_of(const std::vector<DocumentRecord>& documents) {
    std::int64_t tokens = 0;
    for (const DocumentRecord& record : documents) tokens += record.tokens;
    return tokens;
}

}  // namespace

EncodingPass::EncodingPass(library::Library& library, UnitEncoder& encoder, const Options& options,
                           ProgressMeter& meter, Report& report)
    : library_(library),
      encoder_(encoder),
      options_(options),
      meter_(meter),
      report_(report),
      scratch_(library.file().string() + ".encoding") {}

void EncodingPass::run(bool whole) {
    std::optional<Plan> plan = unfinished();
    if (!plan || (whole && !plan->whole)) {
        plan = fresh(whole);
        if (!plan) return leave_nothing_behind();
        begin(*plan);
    }
    const longnet::Units units = gather(*plan);
    longnet::KeptContext kept;
    const bool in_sequence = plan->whole || !plan->before.empty();
    store(*plan, units, encode(*plan, units, in_sequence ? &kept : nullptr));
    report_.tokens_encoded += tokens_of(plan->documents);
    finish(*plan, std::move(kept));
}

/// Documents of a pass: everything that was read, or what waits and what that pass has given vectors already.
std::vector<DocumentRecord> EncodingPass::members(bool whole, std::int64_t generation) const {
    std::vector<DocumentRecord> members;
    for (DocumentRecord& record : library_.documents()) {
        const bool ready = record.state == DocumentState::Ready;
        if (record.state != DocumentState::Read && !ready) continue;
        if (whole || !ready || record.generation == generation) members.push_back(std::move(record));
    }
    return members;
}

std::optional<EncodingPass::Plan> EncodingPass::unfinished() const {
    const auto noted = library_.setting(kPlanSetting);
    if (!noted) return std::nullopt;
    const auto json = nlohmann::json::parse(*noted, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    Plan plan;
    plan.generation = json.value("generation", std::int64_t{0});
    plan.whole = json.value("whole", false);
    plan.documents = members(plan.whole, plan.generation);
    if (plan.documents.empty() || digest_of(plan.documents) != json.value("digest", "")) return std::nullopt;
    if (!plan.whole) plan.before = earlier_context();
    // Another processor or graphics card than the one that began it may not be able to.
    if (!continues(plan)) return std::nullopt;
    return plan;
}

std::optional<EncodingPass::Plan> EncodingPass::fresh(bool whole) const {
    Plan plan;
    plan.generation = library_.counts().generation + 1;
    plan.whole = whole;
    plan.documents = members(whole, plan.generation);
    if (plan.documents.empty()) return std::nullopt;
    if (whole) return plan;
    if (!much_changed(plan)) {
        plan.before = earlier_context();
        if (continues(plan)) return plan;
    }
    plan.whole = true;
    plan.before.clear();
    plan.documents = members(true, 0);
    return plan;
}

bool EncodingPass::much_changed(const Plan& plan) const {
    // Without a sequence what is there was read in one pass or another.
    const std::int64_t first = library_.sequence_generation().value_or(plan.generation);
    std::int64_t all = 0, since = 0;
    for (const DocumentRecord& record : members(true, 0)) {
        const bool waits = record.state != DocumentState::Ready;
        all += record.tokens;
        if (waits || record.generation > first) since += record.tokens;
    }
    return static_cast<double>(since) >= kWholePassShare * static_cast<double>(all);
}

bool EncodingPass::continues(const Plan& plan) const {
    if (plan.before.empty()) return true;
    longnet::EncodeOptions options;
    options.before = plan.before;
    return encoder_.continues(gather(plan), options);
}

/// What earlier passes kept of the documents that are as they were then.
std::vector<longnet::KeptContext> EncodingPass::earlier_context() const {
    std::unordered_map<std::int64_t, std::int64_t> generation_of;
    for (const DocumentRecord& record : library_.documents())
        if (record.state == DocumentState::Ready) generation_of[record.id.value] = record.generation;
    std::vector<longnet::KeptContext> contexts;
    for (library::SequencePart& part : library_.sequence()) {
        longnet::KeptContext context{part.begin, part.block, std::move(part.filled), {}, {}};
        context.document.resize(part.document.size());
        for (std::size_t w = 0; w < part.document.size(); ++w) {
            const auto found = generation_of.find(part.document[w].value);
            if (found == generation_of.end() || found->second != part.generation) context.filled[w] = 0;
        }
        context.rows = std::move(part.rows);
        contexts.push_back(std::move(context));
    }
    return contexts;
}

void EncodingPass::begin(const Plan& plan) {
    std::filesystem::remove_all(scratch_);
    const nlohmann::json noted = {
        {"generation", plan.generation}, {"whole", plan.whole}, {"digest", digest_of(plan.documents)}};
    library_.set_setting(kPlanSetting, noted.dump());
}

longnet::Units EncodingPass::gather(const Plan& plan) const {
    longnet::Units units;
    units.ids.reserve(static_cast<std::size_t>(tokens_of(plan.documents)));
    units.offsets.push_back(0);
    for (std::size_t d = 0; d < plan.documents.size(); ++d) {
        const library::StoredUnits stored = library_.units(plan.documents[d].id);
        const auto first = static_cast<std::int64_t>(units.ids.size());
        units.ids.insert(units.ids.end(), stored.ids.begin(), stored.ids.end());
        for (std::size_t u = 1; u < stored.offsets.size(); ++u) {
            units.offsets.push_back(first + stored.offsets[u]);
            units.document.push_back(static_cast<std::int32_t>(d));
        }
    }
    return units;
}

UnitEncoder::Encoded EncodingPass::encode(const Plan& plan, const longnet::Units& units,
                                          longnet::KeptContext* keep) {
    Progress& progress = meter_.values();
    progress.tokens_total = static_cast<std::int64_t>(units.ids.size());
    progress.tokens_done = 0;
    meter_.begin(Phase::Encoding);
    const Stopwatch stopwatch;
    longnet::EncodeOptions options;
    options.scratch = scratch_;
    options.control = options_.control;
    options.before = plan.before;
    options.keep = keep;
    options.progress = [&](const longnet::EncodeProgress& passed) {
        const double done = passed.positions_total > 0 ? static_cast<double>(passed.positions_done) /
                                                             static_cast<double>(passed.positions_total)
                                                       : 0;
        progress.tokens_done = static_cast<std::int64_t>(done * static_cast<double>(progress.tokens_total));
        meter_.update(done);
    };
    UnitEncoder::Encoded encoded;
    if (units.size() > 0) encoded = encode_with_room(units, options);
    report_.encode_seconds += stopwatch.seconds();
    progress.tokens_done = progress.tokens_total;
    const auto count = static_cast<std::size_t>(units.size());
    if (encoded.lengths.size() != count ||
        encoded.vectors.size() != count * static_cast<std::size_t>(encoder_.dimension())) {
        throw std::logic_error("the encoder gave another number of vectors than it was given units");
    }
    return encoded;
}

UnitEncoder::Encoded EncodingPass::encode_with_room(const longnet::Units& units,
                                                    longnet::EncodeOptions options) {
    try {
        return encoder_.encode(units, options);
    } catch (const longnet::NoRoomError&) {
        // Takes longer and cannot go on after a kill, but the library itself may still fit.
        std::filesystem::remove_all(scratch_);
        options.scratch.clear();
        options.recompute = true;
        return encoder_.encode(units, options);
    }
}

void EncodingPass::store(const Plan& plan, const longnet::Units& units, const UnitEncoder::Encoded& encoded) {
    meter_.begin(Phase::Storing);
    const Stopwatch stopwatch;
    const std::int64_t dimension = encoder_.dimension();
    std::vector<DocumentId> ids;
    std::vector<library::DocumentVectors> vectors;
    std::int64_t first = 0, gathered = 0;
    const auto flush = [&] {
        library_.store_vectors(ids, vectors);
        ids.clear();
        vectors.clear();
        gathered = 0;
    };
    for (const DocumentRecord& record : plan.documents) {
        const auto begin = static_cast<std::size_t>(first), count = static_cast<std::size_t>(record.units);
        const auto width = static_cast<std::size_t>(dimension);
        first += record.units;
        if (record.state == DocumentState::Ready && record.generation == plan.generation) continue;
        const UnitRows rows = {std::span(encoded.vectors).subspan(begin * width, count * width),
                               std::span(encoded.lengths).subspan(begin, count),
                               std::span(units.offsets).subspan(begin, count + 1)};
        ids.push_back(record.id);
        vectors.push_back(pool(rows, library_.passages(record.id), dimension, plan.generation));
        gathered += record.units;
        if (gathered >= kUnitsPerTransaction) {
            flush();
            if (options_.control != nullptr) options_.control->checkpoint();
        }
        meter_.update(static_cast<double>(first) /
                      static_cast<double>(std::max<std::int64_t>(units.size(), 1)));
    }
    flush();
    report_.store_seconds += stopwatch.seconds();
}

void EncodingPass::finish(const Plan& plan, longnet::KeptContext kept) {
    library::SequencePart part{plan.generation, kept.begin, kept.block, {}, std::move(kept.filled), {}};
    for (const std::int32_t document : kept.document)
        part.document.push_back(plan.documents[static_cast<std::size_t>(document)].id);
    part.rows = std::move(kept.rows);
    library_.in_transaction([&] {
        if (!part.document.empty()) library_.store_sequence_part(part);
        library_.remove_setting(kPlanSetting);
    });
    std::filesystem::remove_all(scratch_);
}

/// Of a pass that was killed while it finished, or whose documents have gone.
void EncodingPass::leave_nothing_behind() {
    if (library_.setting(kPlanSetting)) library_.remove_setting(kPlanSetting);
    std::filesystem::remove_all(scratch_);
}

}  // namespace corpuscope::indexing
