// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/reader/reader_pane.h"

#include <QButtonGroup>
#include <QDesktopServices>
#include <QHBoxLayout>
#include <QLabel>
#include <QStackedWidget>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

#include "ui/reader/match_strip.h"
#include "ui/reader/pdf_view.h"
#include "ui/reader/text_view.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {

ReaderPane::ReaderPane(TextStore& texts, QWidget* parent)
    : QWidget(parent),
      texts_(texts),
      title_(new ElidedLabel(Qt::ElideMiddle, this)),
      heading_(new ElidedLabel(Qt::ElideLeft, this)),
      where_(new QLabel(this)),
      stack_(new QStackedWidget(this)),
      empty_(new EmptyState(
          QStringLiteral("text-x-generic"), tr("No document is open"),
          tr("A click on a citation opens its document here, with the words lit. Or choose one in the "
             "library."),
          {}, this)),
      message_(new QLabel(this)),
      text_page_(new QWidget(this)),
      text_view_(new TextView(text_page_)),
      strip_(new MatchStrip(text_page_)),
      pdf_view_(new PdfView(this)) {
    make_tools();
    title_->setFont(scaled_font(font(), 1.05, true));
    heading_->setMuted(true);
    message_->setWordWrap(true);
    message_->setAlignment(Qt::AlignCenter);
    message_->setMargin(kGrid * 2);

    auto* text_row = new QHBoxLayout(text_page_);
    text_row->setContentsMargins(0, 0, 0, 0);
    text_row->setSpacing(0);
    text_row->addWidget(text_view_, 1);
    text_row->addWidget(strip_);
    for (QWidget* page : {static_cast<QWidget*>(empty_), static_cast<QWidget*>(message_), text_page_,
                          static_cast<QWidget*>(pdf_view_)}) {
        stack_->addWidget(page);
    }

    auto* top = new QHBoxLayout;
    top->setContentsMargins(kGrid * 2, kGrid, kGrid, 0);
    top->addWidget(title_, 1);
    top->addWidget(close_);
    auto* below = new QHBoxLayout;
    below->setContentsMargins(kGrid * 2, 0, kGrid, kGrid);
    below->setSpacing(kGrid / 2);
    below->addWidget(heading_, 1);
    for (QWidget* widget :
         {static_cast<QWidget*>(as_text_), static_cast<QWidget*>(as_pages_), static_cast<QWidget*>(where_),
          static_cast<QWidget*>(previous_), static_cast<QWidget*>(next_), static_cast<QWidget*>(zoom_out_),
          static_cast<QWidget*>(zoom_in_), static_cast<QWidget*>(external_)}) {
        below->addWidget(widget);
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addLayout(below);
    layout->addWidget(stack_, 1);

    connect(&texts_, &TextStore::ready, this, &ReaderPane::text_ready);
    connect(&texts_, &TextStore::failed, this, &ReaderPane::text_failed);
    connect(text_view_, &TextView::matchesChanged, this, [this] {
        strip_->setMarks(text_view_->marks());
        update_tools();
    });
    connect(strip_, &MatchStrip::jumped, text_view_, &TextView::jump);
    connect(pdf_view_, &PdfView::pageChanged, this, &ReaderPane::update_tools);
    clear();
}

QToolButton* ReaderPane::tool(const QString& icon_name, const QString& tip) {
    auto* button = new QToolButton(this);
    button->setIcon(icon(icon_name));
    button->setAutoRaise(true);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    return button;
}

void ReaderPane::make_tools() {
    close_ = tool(QStringLiteral("window-close"), tr("Close this document"));
    close_->hide();
    as_text_ = tool(QStringLiteral("text-x-generic"), tr("Show the text"));
    as_pages_ = tool(QStringLiteral("view-pages"), tr("Show the pages"));
    auto* views = new QButtonGroup(this);
    for (QToolButton* button : {as_text_, as_pages_}) {
        button->setCheckable(true);
        views->addButton(button);
    }
    previous_ = tool(QStringLiteral("go-up"), tr("Previous match"));
    next_ = tool(QStringLiteral("go-down"), tr("Next match"));
    zoom_out_ = tool(QStringLiteral("zoom-out"), tr("Smaller"));
    zoom_in_ = tool(QStringLiteral("zoom-in"), tr("Larger"));
    external_ = tool(QStringLiteral("document-open"), tr("Open with the system's program"));
    connect(close_, &QToolButton::clicked, this, &ReaderPane::closeRequested);
    connect(as_text_, &QToolButton::clicked, this, [this] {
        prefers_pages_ = false;
        show_text();
    });
    connect(as_pages_, &QToolButton::clicked, this, [this] {
        prefers_pages_ = true;
        show_pages();
    });
    connect(previous_, &QToolButton::clicked, this, [this] { step(-1); });
    connect(next_, &QToolButton::clicked, this, [this] { step(1); });
    connect(zoom_out_, &QToolButton::clicked, this, [this] { zoom(1 / 1.15); });
    connect(zoom_in_, &QToolButton::clicked, this, [this] { zoom(1.15); });
    connect(external_, &QToolButton::clicked, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(place_.path)); });
}

void ReaderPane::setClosable(bool closable) { close_->setVisible(closable); }

void ReaderPane::clear() {
    place_ = {};
    text_.reset();
    title_->setText({});
    heading_->setText({});
    stack_->setCurrentWidget(empty_);
    update_tools();
}

void ReaderPane::open(const Place& place, const WordMatcher& words) {
    place_ = place;
    words_ = words;
    title_->setText(Format::file_name(place.path));
    title_->setToolTip(place.path);
    heading_->setText(place.heading);
    text_ = texts_.get(place.document);
    if (text_) {
        text_ready(place.document);
    } else if (stack_->currentWidget() == empty_) {
        message_->setText(tr("Opening %1 …").arg(Format::file_name(place.path)));
        stack_->setCurrentWidget(message_);
    }
    update_tools();
}

void ReaderPane::text_ready(DocumentId document) {
    if (document != place_.document) return;
    text_ = texts_.get(document);
    if (!text_) return;
    if (place_.path.isEmpty()) place_.path = QString::fromStdString(text_->document.path);
    title_->setText(text_->document.title.empty() ? Format::file_name(place_.path)
                                                  : QString::fromStdString(text_->document.title));
    const std::vector<ByteRange>& pages = text_->text.pages;
    for (std::size_t i = 0; place_.page == 0 && i < pages.size(); ++i) {
        if (pages[i].contains(place_.range.begin)) place_.page = static_cast<int>(i) + 1;
    }
    if (place_.text.isEmpty()) place_.text = text_of(text_->text, place_.range);
    if (text_->document.format == "pdf" && prefers_pages_) {
        show_pages();
    } else {
        show_text();
    }
}

void ReaderPane::text_failed(DocumentId document, const QString& reason) {
    if (document != place_.document) return;
    message_->setText(tr("%1 cannot be shown: %2").arg(Format::file_name(place_.path), reason));
    stack_->setCurrentWidget(message_);
    update_tools();
}

bool ReaderPane::showsPages() const { return stack_->currentWidget() == pdf_view_; }

void ReaderPane::show_text() {
    if (!text_) return;
    stack_->setCurrentWidget(text_page_);
    text_view_->showText(text_, place_, words_);
    update_tools();
}

void ReaderPane::show_pages() {
    if (!text_) return;
    if (!pdf_view_->setFile(place_.path)) {
        show_text();
        heading_->setText(tr("Pages cannot be shown: %1").arg(pdf_view_->errorText()));
        return;
    }
    stack_->setCurrentWidget(pdf_view_);
    pdf_view_->showPage(std::max(1, place_.page), place_.text);
    update_tools();
}

void ReaderPane::step(int direction) {
    if (showsPages()) {
        const int page = pdf_view_->page() + direction;
        if (page >= 1 && page <= pdf_view_->pages()) pdf_view_->showPage(page, place_.text);
        return;
    }
    text_view_->step(direction);
}

void ReaderPane::zoom(double factor) {
    if (showsPages()) {
        pdf_view_->zoom(factor);
    } else {
        text_view_->setFont(scaled_font(text_view_->font(), factor));
    }
}

void ReaderPane::update_tools() {
    const bool pages = showsPages();
    const bool shown = pages || stack_->currentWidget() == text_page_;
    const bool pdf = text_ && text_->document.format == "pdf";
    as_text_->setVisible(pdf);
    as_pages_->setVisible(pdf);
    (pages ? as_pages_ : as_text_)->setChecked(true);
    for (QToolButton* button : {previous_, next_, zoom_out_, zoom_in_, external_}) button->setVisible(shown);
    previous_->setToolTip(pages ? tr("Previous page") : tr("Previous match"));
    next_->setToolTip(pages ? tr("Next page") : tr("Next match"));
    if (pages) {
        where_->setText(tr("Page %1 of %2").arg(pdf_view_->page()).arg(pdf_view_->pages()));
        previous_->setEnabled(pdf_view_->page() > 1);
        next_->setEnabled(pdf_view_->page() < pdf_view_->pages());
    } else {
        const bool parts = shown && text_view_->parts() > 1;
        where_->setText(parts ? tr("Part %1 of %2").arg(text_view_->part() + 1).arg(text_view_->parts())
                              : QString());
        const bool matches = parts || !strip_->marks().empty();
        previous_->setEnabled(matches);
        next_->setEnabled(matches);
    }
    where_->setVisible(!where_->text().isEmpty());
}

}  // namespace corpuscope::ui
