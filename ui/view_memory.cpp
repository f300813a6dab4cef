// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/view_memory.h"

#include <QSettings>
#include <QUrl>

namespace corpuscope::ui {
namespace {

constexpr int kLibraries = 8;
constexpr int kQuestions = 50;

/// Slashes would make groups within the group.
QString group_of(const QString& library) {
    return QStringLiteral("views/") + QString::fromLatin1(QUrl::toPercentEncoding(library));
}

}  // namespace

QString ViewMemory::library() { return QSettings().value(QStringLiteral("library")).toString(); }

QStringList ViewMemory::recentLibraries() {
    return QSettings().value(QStringLiteral("recentLibraries")).toStringList();
}

void ViewMemory::opened(const QString& library) {
    QSettings settings;
    settings.setValue(QStringLiteral("library"), library);
    QStringList recent = recentLibraries();
    recent.removeAll(library);
    recent.prepend(library);
    for (const QString& forgotten : recent.mid(kLibraries)) settings.remove(group_of(forgotten));
    settings.setValue(QStringLiteral("recentLibraries"), recent.mid(0, kLibraries));
}

LibraryView ViewMemory::load(const QString& library) {
    QSettings settings;
    settings.beginGroup(group_of(library));
    const auto value = [&](const char* name) { return settings.value(QLatin1String(name)); };
    return {.selected = value("selected").toStringList(),
            .expanded = value("expanded").toStringList(),
            .top = value("top").toString(),
            .document = value("document").toString(),
            .begin = value("begin").toLongLong(),
            .end = value("end").toLongLong(),
            .page = value("page").toInt(),
            .question = value("question").toString(),
            .visible = value("visible").toLongLong(),
            .questions = value("questions").toStringList()};
}

void ViewMemory::save(const QString& library, const LibraryView& view) {
    QSettings settings;
    settings.beginGroup(group_of(library));
    const auto set = [&](const char* name, const QVariant& value) {
        settings.setValue(QLatin1String(name), value);
    };
    set("selected", view.selected);
    set("expanded", view.expanded);
    set("top", view.top);
    set("document", view.document);
    set("begin", view.begin);
    set("end", view.end);
    set("page", view.page);
    set("question", view.question);
    set("visible", view.visible);
    set("questions", view.questions.mid(0, kQuestions));
}

}  // namespace corpuscope::ui
