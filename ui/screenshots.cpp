// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QApplication>
#include <QDeadlineTimer>
#include <QDir>
#include <QFileInfo>
#include <QEventLoop>
#include <QTabWidget>
#include <QThread>
#include <QTreeView>
#include <cstdio>
#include <functional>
#include <optional>

#include "ui/application.h"
#include "ui/ask/ask_page.h"
#include "ui/attention/attention_page.h"
#include "ui/attention/heatmap_view.h"
#include "ui/export/export_dialog.h"
#include "ui/library_dock/library_dock.h"
#include "ui/main_window.h"
#include "ui/models/document_tree_model.h"
#include "ui/models/place.h"
#include "ui/overview/overview_page.h"
#include "ui/reader/pdf_view.h"
#include "ui/reader/reader_dock.h"
#include "ui/reader/reader_pane.h"
#include "ui/summary/summary_page.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {

constexpr QSize kSize(1440, 900);

/// Runs the event loop until `done`, or the time is up.
bool wait_for(const std::function<bool()>& done, int seconds) {
    const QDeadlineTimer deadline(seconds * 1000);
    while (!done()) {
        if (deadline.hasExpired()) return false;
        QApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 50);
        QThread::msleep(5);
    }
    return true;
}

/// The cell (x column, y row) where one document attends most to another.
QPoint strongest_between_documents(const attention::AttentionMap& map) {
    QPoint strongest;
    float most = 0;
    const int cells = static_cast<int>(map.cells.size());
    for (int row = 0; row < cells; ++row) {
        for (int column = 0; column < cells; ++column) {
            const auto document = [&](int cell) {
                return map.cells[static_cast<std::size_t>(cell)].document;
            };
            const float weight = weight_at(map, row, column);
            if (document(row) == document(column) || !(weight > most)) continue;
            most = weight;
            strongest = {column, row};
        }
    }
    return strongest;
}

/// Takes the pictures of one window, panel after panel.
class Photographer {
 public:
    Photographer(QString directory, const app::WorkerOptions& options)
        : directory_(std::move(directory)),
          library_(options.library.isEmpty()
                       ? QString::fromStdString(library::default_library_file().string())
                       : options.library),
          window_({options, {}}, false) {
        window_.resize(kSize);
    }

    int run(const QString& question) {
        if (!QDir().mkpath(directory_))
            return complain(QStringLiteral("%1 cannot be created").arg(directory_));
        if (!QFileInfo::exists(library_)) return complain(QStringLiteral("%1 does not exist").arg(library_));
        if (!open()) return 1;
        if (info_.counts.ready == 0)
            return complain(QStringLiteral("%1 holds no documents yet").arg(library_));
        ask(question);
        summarize();
        look_at_attention();
        settle();
        shoot_all();
        return failed_ ? 1 : 0;
    }

 private:
    int complain(const QString& what) {
        std::fprintf(stderr, "%s\n", qPrintable(what));
        failed_ = true;
        return 1;
    }

    bool open() {
        QString problem;
        bool opened = false;
        QObject::connect(&window_.worker(), &app::Worker::libraryOpened, &window_,
                         [&](const app::LibraryInfo& info) {
                             info_ = info;
                             opened = true;
                         });
        QObject::connect(&window_.worker(), &app::Worker::libraryFailed, &window_,
                         [&](const QString& reason) { problem = reason; });
        window_.show();
        window_.start();
        wait_for([&] { return opened || !problem.isEmpty(); }, 120);
        if (!opened)
            complain(problem.isEmpty() ? QStringLiteral("the library did not open in time") : problem);
        return opened;
    }

    /// The answer to a question, or nothing when it failed.
    std::optional<answers::Answer> answer_to(const QString& question) {
        window_.ask(question);
        const HistoryModel* history = window_.panels().ask->history();
        const auto entry = [&] { return history->entry(0); };
        wait_for([&] { return entry() != nullptr && entry()->state != HistoryModel::State::Waiting; }, 120);
        if (entry() == nullptr || entry()->state == HistoryModel::State::Waiting ||
            entry()->state == HistoryModel::State::Failed) {
            complain(QStringLiteral("not answered in time or failed: %1").arg(question));
            return {};
        }
        return entry()->answer;
    }

    void ask(const QString& wanted) {
        QStringList questions;
        if (!wanted.isEmpty()) questions << wanted;
        if (wanted.isEmpty()) {
            for (const auto& record : info_.documents) {
                if (questions.size() < 5 && record.state == library::DocumentState::Ready &&
                    !record.title.empty()) {
                    questions << QStringLiteral("What is %1?").arg(QString::fromStdString(record.title));
                }
            }
        }
        for (const QString& question : questions) {
            const auto answer = answer_to(question);
            if (!answer) return;
            if (!answer->answers.empty()) {
                open(place_of(answer->answers.front()), question);
            } else if (!answer->passages.empty()) {
                open(place_of(answer->passages.front()), question);
            }
            if (answer->answered) return;
        }
    }

    void open(const Place& place, const QString& question) {
        cited_ = place.document;
        window_.panels().reader->open(place, question);
    }

    void summarize() {
        SummaryPage* page = window_.panels().summary;
        bool done = false;
        QObject::connect(&window_.worker(), &app::Worker::summarized, page, [&] { done = true; });
        QObject::connect(page, &SummaryPage::failed, page, [&](const QString&, const QString& reason) {
            complain(reason);
            done = true;
        });
        page->summarize();
        if (!wait_for([&] { return done; }, 180)) complain(QStringLiteral("no summary in time"));
        QObject::disconnect(&window_.worker(), &app::Worker::summarized, page, nullptr);
        QObject::disconnect(page, &SummaryPage::failed, page, nullptr);
    }

    void look_at_attention() {
        AttentionPage* page = window_.panels().attention;
        bool failed = false;
        QObject::connect(page, &AttentionPage::failed, page, [&](const QString&, const QString& reason) {
            complain(reason);
            failed = true;
        });
        page->compute();
        if (!wait_for([&] { return failed || page->heatmap()->map() != nullptr; }, 300))
            complain(QStringLiteral("no map in time"));
        QObject::disconnect(page, &AttentionPage::failed, page, nullptr);
        if (page->heatmap()->map() != nullptr)
            page->heatmap()->setCurrent(strongest_between_documents(*page->heatmap()->map()));
    }

    void settle() {
        wait_for([] { return false; }, 1);
    }

    void shoot_all() {
        const Panels& panels = window_.panels();
        if (cited_) panels.library->select(cited_);
        for (const auto appearance : {Appearance::Light, Appearance::Dark}) {
            apply(appearance);
            const QString suffix =
                appearance == Appearance::Light ? QStringLiteral("light") : QStringLiteral("dark");
            const std::pair<QWidget*, const char*> pages[] = {{panels.overview, "overview"},
                                                              {panels.ask, "ask"},
                                                              {panels.summary, "summary"},
                                                              {panels.attention, "attention"}};
            for (const auto& [page, name] : pages) {
                window_.pages()->setCurrentWidget(page);
                settle();
                save(window_, QStringLiteral("%1-%2").arg(QString::fromLatin1(name), suffix));
            }
            save(*panels.library, QStringLiteral("library-%1").arg(suffix));
            save(*panels.reader, QStringLiteral("reader-%1").arg(suffix));
            panels.exporting->show();
            settle();
            save(*panels.exporting, QStringLiteral("export-%1").arg(suffix));
            panels.exporting->hide();
        }
        apply(Appearance::System);
    }

    void save(QWidget& widget, const QString& name) {
        const QString file = QDir(directory_).filePath(name + QStringLiteral(".png"));
        if (!widget.grab().save(file)) complain(QStringLiteral("%1 cannot be written").arg(file));
    }

    QString directory_, library_;
    MainWindow window_;
    app::LibraryInfo info_;
    DocumentId cited_;
    bool failed_ = false;
};

}  // namespace

int render_screenshots(QApplication& application, const QString& directory, const app::WorkerOptions& options,
                       const QString& question) {
    load_translations(application);
    return Photographer(directory, options).run(question);
}

}  // namespace corpuscope::ui
