// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/models/text_store.h"

#include <unordered_map>

namespace corpuscope::ui {
namespace {
constexpr int kTextsKept = 24;
}

TextStore::TextStore(QObject* parent) : QObject(parent) {}

TextStore::Text TextStore::get(DocumentId document) {
    const auto found = texts_.constFind(document.value);
    if (found != texts_.cend()) {
        order_.removeOne(document.value);
        order_.append(document.value);
        return *found;
    }
    if (!waiting_.contains(document.value)) {
        waiting_.insert(document.value);
        emit wanted(document);
    }
    return {};
}

void TextStore::setJob(DocumentId document, app::JobId job) { jobs_[job] = document.value; }

void TextStore::put(app::JobId job, const app::LoadedText& text) {
    const auto found = jobs_.constFind(job);
    if (found == jobs_.cend()) return;
    const qint64 id = *found;
    jobs_.erase(found);
    waiting_.remove(id);
    texts_[id] = std::make_shared<const app::LoadedText>(text);
    order_.removeOne(id);
    order_.append(id);
    make_room();
    emit ready(DocumentId{id});
}

bool TextStore::fail(app::JobId job, const QString& reason) {
    const auto found = jobs_.constFind(job);
    if (found == jobs_.cend()) return false;
    const qint64 id = *found;
    jobs_.erase(found);
    waiting_.remove(id);
    emit failed(DocumentId{id}, reason);
    return true;
}

void TextStore::keepOnly(const std::vector<library::DocumentRecord>& documents) {
    if (texts_.isEmpty()) return;
    std::unordered_map<std::int64_t, const library::DocumentRecord*> known;
    for (const library::DocumentRecord& record : documents) known[record.id.value] = &record;
    for (const qint64 id : texts_.keys()) {
        const auto found = known.find(id);
        const library::DocumentRecord& kept = texts_[id]->document;
        // One that waited has a text by now; one that failed may have been read since.
        const bool has_text =
            kept.state == library::DocumentState::Read || kept.state == library::DocumentState::Ready;
        if (found != known.end() && found->second->sha256 == kept.sha256 &&
            (has_text || found->second->state == kept.state))
            continue;
        texts_.remove(id);
        order_.removeOne(id);
    }
}

void TextStore::clear() {
    texts_.clear();
    order_.clear();
    jobs_.clear();
    waiting_.clear();
}

void TextStore::make_room() {
    while (order_.size() > kTextsKept) texts_.remove(order_.takeFirst());
}

}  // namespace corpuscope::ui
