// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QList>
#include <QObject>
#include <QPolygonF>
#include <QSizeF>
#include <QThread>
#include <atomic>
#include <memory>

namespace corpuscope::ui {

/// Where words are on a page, in points from its upper left corner.
struct PdfMarks {
    QList<QPolygonF> citation;
    QList<QList<QPolygonF>> found;  ///< every place of what is searched for; a line of it a polygon
};

/// A PDF file that is opened, searched and drawn on a thread of its own: a large one takes seconds, and the
/// window goes on meanwhile. Answers are signals on the thread of this object. Requests that a newer one of
/// their kind replaced before they began have none.
class PdfSource : public QObject {
    Q_OBJECT
 public:
    explicit PdfSource(QObject* parent = nullptr);
    ~PdfSource() override;  ///< waits for the request under way

    /// `opened` or `failed` follows.
    void open(const QString& file);
    /// Where `citation` is on the page (from 0) of the file opened last, and all places of `query`.
    void mark(int page, const QString& citation, const QString& query);
    void draw(int page, const QSize& pixels);

 signals:
    void opened(const QString& file, const QList<QSizeF>& pages);  ///< their sizes in points
    void failed(const QString& file, const QString& reason);
    void marked(int page, const corpuscope::ui::PdfMarks& marks);
    void drawn(int page, const QImage& image);

 private:
    class Document;

    QThread thread_;
    Document* document_;  ///< lives on the thread
    std::atomic<quint64> last_open_ = 0, last_mark_ = 0, last_draw_ = 0;
};

}  // namespace corpuscope::ui

Q_DECLARE_METATYPE(corpuscope::ui::PdfMarks)
