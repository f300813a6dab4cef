// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/reader/pdf_source.h"

#include <unistd.h>

#include <QFile>
#include <QPdfDocument>
#include <QPdfSelection>

#include "engine/documents/file_bytes.h"
#include "ui/reader/pdf_text_finder.h"

namespace corpuscope::ui {
namespace {

QString describe(QPdfDocument::Error error) {
    switch (error) {
        case QPdfDocument::Error::None:
            return {};
        case QPdfDocument::Error::FileNotFound:
            return PdfSource::tr("the file is no longer there");
        case QPdfDocument::Error::InvalidFileFormat:
            return PdfSource::tr("the file is not a PDF any more");
        case QPdfDocument::Error::IncorrectPassword:
            return PdfSource::tr("the file needs a password");
        case QPdfDocument::Error::UnsupportedSecurityScheme:
            return PdfSource::tr("its protection is not supported");
        default:
            return PdfSource::tr("the file cannot be read");
    }
}

}  // namespace

/// The side of a PdfSource that lives on its thread.
class PdfSource::Document : public QObject {
 public:
    QString load(const QString& file) {
        pdf_ = std::make_unique<QPdfDocument>();
        if (!QFile::exists(file)) return describe(QPdfDocument::Error::FileNotFound);
        // Should a pipe have taken the file's place, opening it would wait for ever, and quitting for that.
        const auto opened = documents::open_regular_file(file.toStdString());
        if (!opened) return describe(QPdfDocument::Error::Unknown);
        file_ = std::make_unique<QFile>();
        if (!file_->open(*opened, QIODevice::ReadOnly, QFileDevice::AutoCloseHandle)) {
            ::close(*opened);
            return describe(QPdfDocument::Error::Unknown);
        }
        pdf_->load(file_.get());
        return describe(pdf_->error());
    }

    QList<QSizeF> pages() const {
        QList<QSizeF> sizes;
        for (int page = 0; page < pdf_->pageCount(); ++page) sizes << pdf_->pagePointSize(page);
        return sizes;
    }

    PdfMarks marks(int page, const QString& citation, const QString& query) const {
        PdfMarks marks;
        if (!pdf_ || (citation.isEmpty() && query.isEmpty())) return marks;
        const QString text = pdf_->getAllText(page).text();
        if (const auto span = find_on_page(text, citation)) marks.citation = bounds(page, *span);
        for (const TextSpan& span : find_all_on_page(text, query)) marks.found << bounds(page, span);
        return marks;
    }

    QImage draw(int page, const QSize& pixels) const { return pdf_ ? pdf_->render(page, pixels) : QImage(); }

 private:
    QList<QPolygonF> bounds(int page, TextSpan span) const {
        return pdf_->getSelectionAtIndex(page, span.begin, span.length).bounds();
    }

    std::unique_ptr<QFile> file_;        ///< what pdf_ reads from while it is there
    std::unique_ptr<QPdfDocument> pdf_;  ///< made on the thread, as it belongs there
};

PdfSource::PdfSource(QObject* parent) : QObject(parent), document_(new Document) {
    document_->moveToThread(&thread_);
    connect(&thread_, &QThread::finished, document_, &QObject::deleteLater);
    thread_.setObjectName(QStringLiteral("pages"));
    thread_.start();
}

PdfSource::~PdfSource() {
    // What waits is no longer wanted.
    for (auto* last : {&last_open_, &last_mark_, &last_draw_}) ++*last;
    thread_.quit();
    thread_.wait();
}

void PdfSource::open(const QString& file) {
    const quint64 request = ++last_open_;
    QMetaObject::invokeMethod(document_, [this, request, file] {
        if (request != last_open_) return;
        const QString problem = document_->load(file);
        if (request != last_open_) return;
        if (problem.isEmpty()) {
            emit opened(file, document_->pages());
        } else {
            emit failed(file, problem);
        }
    });
}

void PdfSource::mark(int page, const QString& citation, const QString& query) {
    const quint64 request = ++last_mark_;
    QMetaObject::invokeMethod(document_, [this, request, page, citation, query] {
        if (request == last_mark_) emit marked(page, document_->marks(page, citation, query));
    });
}

void PdfSource::draw(int page, const QSize& pixels) {
    const quint64 request = ++last_draw_;
    QMetaObject::invokeMethod(document_, [this, request, page, pixels] {
        if (request == last_draw_) emit drawn(page, document_->draw(page, pixels));
    });
}

}  // namespace corpuscope::ui
