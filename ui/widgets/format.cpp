// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/format.h"

#include <QFileInfo>
#include <QLocale>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "engine/answers/citations.h"
#include "ui/widgets/literal_text.h"

namespace corpuscope::ui {
namespace {

// Encoding takes nearly all the time; reading and storing get the rest of the bar.
constexpr double kReadingShare = 0.08;
constexpr double kEncodingShare = 0.90;

double share(std::int64_t done, std::int64_t total) {
    return total > 0 ? std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0) : 0.0;
}

}  // namespace

QString Format::count(std::int64_t value) { return QLocale().toString(static_cast<qlonglong>(value)); }

QString Format::rounded(std::int64_t value) {
    const QLocale locale;
    const double v = static_cast<double>(value);
    if (value >= 999'500'000) return tr("%1 G").arg(locale.toString(v / 1e9, 'f', 1));
    if (value >= 999'500) return tr("%1 M").arg(locale.toString(v / 1e6, 'f', 1));
    if (value >= 100'000) return tr("%1 k").arg(locale.toString(v / 1e3, 'f', 0));
    return count(value);
}

QString Format::bytes(std::int64_t value) {
    double unit = static_cast<double>(value);
    while (unit >= 1024) unit /= 1024;
    return QLocale().formattedDataSize(value, unit < 10 ? 1 : 0);
}

QString Format::share(double weight) {
    constexpr double kLeast = 1e-6;
    if (weight > 0 && weight < kLeast)
        return tr("less than %1 %").arg(QLocale().toString(100 * kLeast, 'g', 2));
    const double percent = 100 * weight;
    return tr("%1 %").arg(percent >= 10 ? QLocale().toString(percent, 'f', 0)
                                        : QLocale().toString(percent, 'g', 2));
}

QString Format::duration(double seconds) {
    const auto s = static_cast<std::int64_t>(std::ceil(seconds));
    if (s < 60) return tr("%1 s").arg(s);
    if (s < 600) return tr("%1 min %2 s").arg(s / 60).arg(s % 60);
    if (s < 5400) return tr("%1 min").arg((s + 30) / 60);
    return tr("%1 h %2 min").arg(s / 3600).arg(s % 3600 / 60);
}

QString Format::documents(std::int64_t value) {
    return value == 1 ? tr("1 document") : tr("%1 documents").arg(count(value));
}

QString Format::passages(std::int64_t value) {
    return value == 1 ? tr("1 passage") : tr("%1 passages").arg(count(value));
}

QString Format::tokens(std::int64_t value) {
    return value == 1 ? tr("1 token") : tr("%1 tokens").arg(rounded(value));
}

QString Format::state(library::DocumentState state) {
    switch (state) {
        case library::DocumentState::Pending:
            return tr("Waiting");
        case library::DocumentState::Read:
            return tr("Read");
        case library::DocumentState::Ready:
            return tr("Ready");
        case library::DocumentState::Failed:
            return tr("Failed");
    }
    return {};
}

QString Format::coverage(const answers::Coverage& coverage, const QString& failed_link) {
    QStringList parts{tr("Searched %1 of %2").arg(count(coverage.searched), documents(coverage.documents))};
    if (coverage.failed > 0) {
        const QString failed = tr("%1 failed").arg(count(coverage.failed));
        parts << (failed_link.isEmpty() ? failed
                                        : QStringLiteral("<a href=\"%1\">%2</a>").arg(failed_link, failed));
    }
    if (coverage.pending > 0) parts << tr("%1 waiting").arg(count(coverage.pending));
    return parts.join(QStringLiteral(", "));
}

QString Format::page(const QString& path, int page) {
    switch (answers::page_kind(path.toStdString())) {
        case answers::PageKind::Chapter:
            return tr("chapter %1").arg(page);
        case answers::PageKind::Slide:
            return tr("slide %1").arg(page);
        case answers::PageKind::Sheet:
            return tr("sheet %1").arg(page);
        case answers::PageKind::Message:
            return tr("message %1").arg(page);
        case answers::PageKind::Page:
            break;
    }
    return tr("page %1").arg(page);
}

QString Format::pages(const QString& path, int count) {
    switch (answers::page_kind(path.toStdString())) {
        case answers::PageKind::Chapter:
            return count == 1 ? tr("1 chapter") : tr("%1 chapters").arg(Format::count(count));
        case answers::PageKind::Slide:
            return count == 1 ? tr("1 slide") : tr("%1 slides").arg(Format::count(count));
        case answers::PageKind::Sheet:
            return count == 1 ? tr("1 sheet") : tr("%1 sheets").arg(Format::count(count));
        case answers::PageKind::Message:
            return count == 1 ? tr("1 message") : tr("%1 messages").arg(Format::count(count));
        case answers::PageKind::Page:
            break;
    }
    return count == 1 ? tr("1 page") : tr("%1 pages").arg(Format::count(count));
}

QString Format::file_name(const QString& path) { return literal(QFileInfo(path).fileName()); }
QString Format::folder_name(const QString& path) { return QFileInfo(path).path(); }

ProgressText describe(const indexing::Progress& progress) {
    const auto part = [](const char* text) {
        return QCoreApplication::translate("corpuscope::ui::Format", text);
    };
    ProgressText result;
    switch (progress.phase) {
        case indexing::Phase::Scanning:
            result.text = part(QT_TRANSLATE_NOOP("corpuscope::ui::Format", "Looking for documents"));
            break;
        case indexing::Phase::Reading:
            result.percent =
                static_cast<int>(100 * kReadingShare * share(progress.bytes_done, progress.bytes_total));
            result.text =
                part(QT_TRANSLATE_NOOP("corpuscope::ui::Format", "Reading %1 of %2"))
                    .arg(Format::count(progress.documents_done), Format::documents(progress.documents_total));
            break;
        case indexing::Phase::Encoding:
            result.percent = static_cast<int>(
                100 * (kReadingShare + kEncodingShare * share(progress.tokens_done, progress.tokens_total)));
            result.text =
                part(QT_TRANSLATE_NOOP("corpuscope::ui::Format", "%1 of %2"))
                    .arg(Format::rounded(progress.tokens_done), Format::tokens(progress.tokens_total));
            break;
        case indexing::Phase::Storing:
            result.percent = static_cast<int>(100 * (kReadingShare + kEncodingShare));
            result.text = part(QT_TRANSLATE_NOOP("corpuscope::ui::Format", "Storing"));
            break;
        case indexing::Phase::Done:
            result.percent = 100;
            result.text = part(QT_TRANSLATE_NOOP("corpuscope::ui::Format", "Done"));
            break;
    }
    if (progress.phase == indexing::Phase::Encoding && progress.tokens_per_second > 0) {
        result.speed = part(QT_TRANSLATE_NOOP("corpuscope::ui::Format", "%1 tokens/s"))
                           .arg(Format::count(std::llround(progress.tokens_per_second)));
    }
    if (progress.seconds_left >= 0 && progress.phase != indexing::Phase::Done) {
        result.left = part(QT_TRANSLATE_NOOP("corpuscope::ui::Format", "%1 left"))
                          .arg(Format::duration(progress.seconds_left));
    }
    return result;
}

}  // namespace corpuscope::ui
