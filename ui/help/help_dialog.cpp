// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/help/help_dialog.h"

#include <QDialogButtonBox>
#include <QKeySequence>
#include <QTextBrowser>
#include <QVBoxLayout>
#include <utility>

#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {

QString keys(const QKeySequence& sequence) { return sequence.toString(QKeySequence::NativeText); }

QString section(const QString& title) { return QStringLiteral("<h3>%1</h3>").arg(title.toHtmlEscaped()); }

QString rows(std::initializer_list<std::pair<QString, QString>> entries) {
    QString html = QStringLiteral("<table cellspacing=\"0\" cellpadding=\"3\">");
    for (const auto& [name, text] : entries) {
        html += QStringLiteral("<tr><td><b>%1</b>&nbsp;&nbsp;</td><td>%2</td></tr>")
                    .arg(name.toHtmlEscaped(), text.toHtmlEscaped());
    }
    return html + QStringLiteral("</table>");
}

}  // namespace

HelpDialog::HelpDialog(QWidget* parent) : QDialog(parent) {
    setObjectName(QStringLiteral("helpDialog"));
    setWindowTitle(tr("Corpuscope help"));
    auto* text = new QTextBrowser(this);
    text->setAccessibleName(windowTitle());
    text->setFrameShape(QFrame::NoFrame);
    text->document()->setDocumentMargin(kGrid * 2);
    text->setHtml(html());
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, kGrid * 2);
    layout->setSpacing(kGrid);
    layout->addWidget(text, 1);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(kGrid * 2, 0, kGrid * 2, 0);
    row->addWidget(buttons);
    layout->addLayout(row);
    resize(kGrid * 80, kGrid * 80);
}

QString HelpDialog::html() {
    return section(tr("The pages")) +
           rows({{tr("Overview"),
                  tr("What is in the library, and which documents could not be read and why.")},
                 {tr("Ask"),
                  tr("Answers are sentences of the documents, word for word. A click on a citation opens its "
                     "place in the reader. Below stands how much of the corpus was searched.")},
                 {tr("Summary"),
                  tr("The most central sentences of the whole corpus, or of the documents that are selected "
                     "in the library.")},
                 {tr("Attention"),
                  tr("How much each stretch of the corpus attends to every other one while the encoder reads "
                     "it. Dragging zooms in, a click opens both places.")}}) +
           section(tr("Keys")) +
           rows({{keys(QKeySequence::Open), tr("Open a folder")},
                 {keys(Qt::CTRL | Qt::Key_L), tr("Type a question")},
                 {keys(Qt::CTRL | Qt::Key_F), tr("Find in the document that is open")},
                 {keys(Qt::CTRL | Qt::SHIFT | Qt::Key_F), tr("Filter the documents of the library")},
                 {keys(Qt::Key_F3) + QStringLiteral(", ") + keys(Qt::SHIFT | Qt::Key_F3),
                  tr("Next and previous place")},
                 {keys(QKeySequence::Delete), tr("Remove the documents that are selected from the library")},
                 {keys(QKeySequence::Copy), tr("Copy the citation that has the keyboard, with its sentence")},
                 {keys(Qt::ALT | Qt::Key_1) + QStringLiteral(" … 4"), tr("Go to a page")},
                 {keys(QKeySequence::HelpContents), tr("This help")},
                 {keys(QKeySequence::Quit), tr("Quit; what is being read goes on the next time")}}) +
           section(tr("On the map of attention")) +
           rows({{tr("Arrows"), tr("Go from cell to cell")},
                 {keys(Qt::Key_Return), tr("Open both places of the cell")},
                 {QStringLiteral("+"), tr("Zoom in on the cell")},
                 {keys(Qt::Key_Backspace), tr("Undo the zoom")}});
}

}  // namespace corpuscope::ui
