// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/indexing/indexer.h"

#include "engine/indexing/encoding_pass.h"
#include "engine/indexing/progress_meter.h"
#include "engine/indexing/reading_pass.h"

namespace corpuscope::indexing {
namespace {

ReadingSettings settings_for(const UnitEncoder& encoder, const documents::TokenizeFunction& tokenize,
                             const Options& options) {
    ReadingSettings settings;
    settings.limits = options.limits;
    settings.reader = options.reader;
    settings.passages.unit_tokens = encoder.unit_tokens();
    settings.passages.max_unit_tokens = encoder.max_unit_tokens();
    settings.tokenize = tokenize;
    settings.segmentation = encoder.model() + " units " + std::to_string(encoder.unit_tokens());
    settings.control = options.control;
    return settings;
}

/// What waits and can be encoded is, in the words of the documents at hand; tells how it went in the end.
void encode(library::Library& library, UnitEncoder& encoder, const Options& options, ProgressMeter& meter,
            Report& report, bool whole) {
    EncodingPass(library, encoder, options, meter, report).run(whole);
    meter.values().current.clear();
    meter.begin(Phase::Done);
}

}  // namespace

Indexer::Indexer(library::Library& library, longnet::Encoder& encoder,
                 std::shared_ptr<const tokenizer::Tokenizer> tokenizer)
    : Indexer(library, make_unit_encoder(encoder),
              [tokenizer](std::string_view text) { return tokenizer->encode(text); }) {}

Indexer::Indexer(library::Library& library, std::unique_ptr<UnitEncoder> encoder,
                 documents::TokenizeFunction tokenize)
    : library_(library), encoder_(std::move(encoder)), tokenize_(std::move(tokenize)) {}

Report Indexer::add(std::span<const std::filesystem::path> paths, const Options& options) {
    Report report;
    ProgressMeter meter(options);
    meter.begin(Phase::Scanning);
    const Stopwatch stopwatch;
    const ReadingSettings settings = settings_for(*encoder_, tokenize_, options);
    library_.set_model(encoder_->model());
    ReadingPass reading(library_, settings, meter, report);
    reading.run(scan(paths, library_.file().string(), options.control));
    reading.cut_again_where_needed();
    report.read_seconds = stopwatch.seconds() - report.store_seconds;
    encode(library_, *encoder_, options, meter, report, false);
    return report;
}

Report Indexer::refresh(const Options& options) {
    Report report;
    ProgressMeter meter(options);
    const Stopwatch stopwatch;
    const ReadingSettings settings = settings_for(*encoder_, tokenize_, options);
    library_.set_model(encoder_->model());
    ReadingPass(library_, settings, meter, report).cut_again_where_needed();
    report.read_seconds = stopwatch.seconds();
    encode(library_, *encoder_, options, meter, report, true);
    return report;
}

}  // namespace corpuscope::indexing
