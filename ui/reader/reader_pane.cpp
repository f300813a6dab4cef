// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/reader/reader_pane.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/reader/document_finder.h"
#include "ui/reader/find_bar.h"
#include "ui/reader/match_strip.h"
#include "ui/reader/pdf_view.h"
#include "ui/reader/text_view.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/engine_text.h"
#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/literal_text.h"
#include "ui/widgets/long_words.h"
#include "ui/widgets/system_programs.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {
const QString kBelow = QStringLiteral(" › ");  ///< between a heading and the one below it
constexpr int kSoonMilliseconds = 150;  ///< what is opened faster than this replaces what was there at once
}  // namespace

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
      pdf_view_(new PdfView(this)),
      find_bar_(new FindBar(this)),
      finder_(new DocumentFinder(this)) {
    make_tools();
    title_->setFont(scaled_font(font(), 1.05, true));
    heading_->setMuted(true);
    message_->setWordWrap(true);
    message_->setAlignment(Qt::AlignCenter);
    message_->setMargin(kGrid * 2);
    message_->setTextFormat(Qt::PlainText);

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
    below->setContentsMargins(kGrid * 2, 0, kGrid * 2, 0);
    below->addWidget(heading_);
    auto* tools = new QHBoxLayout;
    tools->setContentsMargins(kGrid, 0, kGrid, kGrid / 2);
    tools->setSpacing(kGrid / 2);
    for (QWidget* widget : std::initializer_list<QWidget*>{as_text_, as_pages_, previous_, next_, where_})
        tools->addWidget(widget);
    tools->addStretch();
    for (QWidget* widget : std::initializer_list<QWidget*>{zoom_out_, zoom_in_, external_})
        tools->addWidget(widget);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addLayout(below);
    layout->addLayout(tools);
    layout->addWidget(stack_, 1);
    layout->addWidget(find_bar_);

    opening_.setSingleShot(true);
    opening_.setInterval(kSoonMilliseconds);
    connect(&opening_, &QTimer::timeout, this, &ReaderPane::say_opening);
    connect(&texts_, &TextStore::ready, this, &ReaderPane::text_ready);
    connect(&texts_, &TextStore::failed, this, &ReaderPane::text_failed);
    connect(text_view_, &TextView::matchesChanged, this, [this] {
        strip_->setMarks(text_view_->marks());
        update_tools();
    });
    connect(strip_, &MatchStrip::jumped, text_view_, &TextView::jump);
    connect(pdf_view_, &PdfView::opened, this, &ReaderPane::pages_opened);
    connect(pdf_view_, &PdfView::failed, this, &ReaderPane::pages_failed);
    connect(pdf_view_, &PdfView::pageChanged, this, &ReaderPane::update_tools);
    connect_search();
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
    connect(previous_, &QToolButton::clicked, this, [this] { turn(-1); });
    connect(next_, &QToolButton::clicked, this, [this] { turn(1); });
    connect(zoom_out_, &QToolButton::clicked, this, [this] { zoom(1 / 1.15); });
    connect(zoom_in_, &QToolButton::clicked, this, [this] { zoom(1.15); });
    connect(external_, &QToolButton::clicked, this, &ReaderPane::open_outside);
}

void ReaderPane::open_outside() {
    const QString problem = SystemPrograms::open(place_.path);
    if (!problem.isEmpty())
        emit failed(tr("%1 could not be opened").arg(Format::file_name(place_.path)), problem);
}

void ReaderPane::setClosable(bool closable) { close_->setVisible(closable); }

void ReaderPane::connect_search() {
    connect(find_bar_, &FindBar::queryChanged, finder_, &DocumentFinder::setQuery);
    connect(find_bar_, &FindBar::closed, this, [this] {
        text_view_->light(place_.range);  // the citation again in place of what was found last
        stack_->currentWidget()->setFocus();
    });
    connect(find_bar_, &FindBar::stepped, this, [this](int direction) {
        finder_->step(direction);
        show_found();
    });
    connect(finder_, &DocumentFinder::found, this, [this] {
        text_view_->setFound(finder_->matches());
        pdf_view_->setQuery(finder_->query());
        if (showsPages() && place_.page > 0 && text_) {
            const auto page = static_cast<std::size_t>(pdf_view_->page() - 1);
            finder_->startAt(page < text_->text.pages.size() ? text_->text.pages[page].begin : 0);
        } else {
            finder_->startAt(text_view_->firstVisible());
        }
        show_found();
    });
}

void ReaderPane::find() {
    if (hasDocument()) find_bar_->start();
}

void ReaderPane::show_found() {
    find_bar_->setFound(finder_->current(), static_cast<int>(finder_->matches().size()));
    if (finder_->current() < 0) return;
    Place found = place_;
    found.range = finder_->matches()[static_cast<std::size_t>(finder_->current())];
    if (showsPages() && finder_->page() > 0) {
        pdf_view_->showFound(finder_->page(), finder_->placeOnPage());
    } else if (text_) {
        text_view_->showText(text_, found, words_);
    }
}

void ReaderPane::clear() {
    place_ = {};
    restored_.reset();
    text_.reset();
    opening_.stop();
    finder_->setText({});
    find_bar_->close_bar();
    title_->setText({});
    title_->setDetail({});
    set_heading({});
    stack_->setCurrentWidget(empty_);
    update_tools();
}

void ReaderPane::open(const Place& place, const WordMatcher& words) {
    if (place.document != place_.document) find_bar_->close_bar();
    place_ = place;
    words_ = words;
    title_->setText(Format::file_name(place.path));
    title_->setDetail(place.path);
    set_heading(place.heading);
    opening_.start();
    text_ = texts_.get(place.document);
    if (text_) show_loaded();
    update_tools();
}

void ReaderPane::set_heading(const QString& heading) {
    heading_->setText(heading);
    heading_->setVisible(!heading.isEmpty());
}

void ReaderPane::restore(const Place& place, const WordMatcher& words, std::int64_t visible) {
    restored_ = visible;
    open(place, words);
}

int ReaderPane::page() const { return showsPages() ? pdf_view_->page() : 0; }

std::int64_t ReaderPane::visible() const { return text_ && !showsPages() ? text_view_->firstVisible() : 0; }

void ReaderPane::say(const QString& text) {
    message_->setText(breakable(text));
    stack_->setCurrentWidget(message_);
    update_tools();
}

QString ReaderPane::message() const {
    return stack_->currentWidget() == message_ ? message_->text().remove(QChar(0x200b)) : QString();
}

void ReaderPane::say_opening() { say(tr("Opening %1 …").arg(Format::file_name(place_.path))); }

void ReaderPane::text_ready(DocumentId document) {
    // Others ask for texts too: one that is shown already stays where it is.
    if (document != place_.document || text_) return;
    text_ = texts_.get(document);
    if (text_) show_loaded();
}

void ReaderPane::show_loaded() {
    finder_->setText(text_);
    if (place_.path.isEmpty()) place_.path = QString::fromStdString(text_->document.path);
    title_->setText(text_->document.title.empty() ? Format::file_name(place_.path)
                                                  : QString::fromStdString(text_->document.title));
    // What the title says already need not stand below it.
    QString heading = literal(place_.heading);
    if (heading == title_->text()) heading.clear();
    if (heading.startsWith(title_->text() + kBelow)) heading.remove(0, title_->text().size() + kBelow.size());
    set_heading(heading);
    const std::vector<ByteRange>& pages = text_->text.pages;
    for (std::size_t i = 0; place_.page == 0 && i < pages.size(); ++i) {
        if (pages[i].contains(place_.range.begin)) place_.page = static_cast<int>(i) + 1;
    }
    if (place_.text.isEmpty() && !place_.range.empty()) place_.text = text_of(text_->text, place_.range);
    const library::DocumentRecord& document = text_->document;
    if (document.state == library::DocumentState::Failed) {
        opening_.stop();
        say(tr("%1 could not be read: %2").arg(Format::file_name(place_.path), engine_text(document.reason)));
    } else if (document.state == library::DocumentState::Pending) {
        opening_.stop();
        say(tr("%1 is still waiting to be read.").arg(Format::file_name(place_.path)));
    } else if (document.format == "pdf" && prefers_pages_) {
        show_pages();
    } else {
        show_text();
    }
}

void ReaderPane::text_failed(DocumentId document, const QString& reason) {
    if (document != place_.document) return;
    opening_.stop();
    say(tr("%1 cannot be shown: %2").arg(Format::file_name(place_.path), reason));
}

bool ReaderPane::showsPages() const { return stack_->currentWidget() == pdf_view_; }

void ReaderPane::show_text() {
    if (!text_) return;
    opening_.stop();
    stack_->setCurrentWidget(text_page_);
    text_view_->showText(text_, place_, words_);
    if (const auto top = std::exchange(restored_, {})) text_view_->showAtTop(*top);
    update_tools();
}

void ReaderPane::show_pages() {
    if (!text_) return;
    opening_.start();
    pdf_view_->open(place_.path, std::max(1, place_.page), place_.text);
}

void ReaderPane::pages_opened() {
    if (!text_ || text_->document.format != "pdf" || !prefers_pages_) return;
    opening_.stop();
    restored_.reset();
    stack_->setCurrentWidget(pdf_view_);
    update_tools();
}

void ReaderPane::pages_failed(const QString& reason) {
    if (!text_ || text_->document.format != "pdf" || !prefers_pages_) return;
    show_text();
    set_heading(tr("Pages cannot be shown: %1").arg(reason));
}

void ReaderPane::step(int direction) {
    if (!find_bar_->isHidden()) {
        emit find_bar_->stepped(direction);
    } else {
        turn(direction);
    }
}

void ReaderPane::turn(int direction) {
    if (showsPages()) {
        pdf_view_->turnTo(pdf_view_->page() + direction);
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
    const bool pdf =
        text_ && text_->document.format == "pdf" && text_->document.state != library::DocumentState::Failed;
    as_text_->setVisible(pdf);
    as_pages_->setVisible(pdf);
    (pages ? as_pages_ : as_text_)->setChecked(true);
    for (QToolButton* button : {previous_, next_, zoom_out_, zoom_in_}) button->setVisible(shown);
    external_->setVisible(hasDocument());
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
