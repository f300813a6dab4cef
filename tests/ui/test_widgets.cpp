// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QApplication>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QFileSystemModel>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalSpy>
#include <QSplitter>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>
#include <QUrl>
#include <QVBoxLayout>

#include "ui/ask/ask_page.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/citation_chip.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/file_dialog.h"
#include "ui/widgets/focus_ring.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/literal_text.h"
#include "ui/widgets/long_words.h"
#include "ui/widgets/quote_card.h"
#include "ui/widgets/system_programs.h"
#include "ui/widgets/theme.h"

using namespace corpuscope;
using namespace corpuscope::ui;

namespace {

/// Whether another process sees a lock of this one on the file.
bool locked_for_others(const char* file) {
    const pid_t child = fork();
    if (child == 0) {
        struct flock lock = {};
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        const int descriptor = ::open(file, O_RDWR | O_CLOEXEC);
        const bool asked = descriptor >= 0 && fcntl(descriptor, F_GETLK, &lock) == 0;
        _exit(asked && lock.l_type != F_UNLCK ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Place place_with(const QString& text) {
    Place place;
    place.path = QStringLiteral("/c/a file with a rather long name.html");
    place.page = 12;
    place.text = text;
    return place;
}

}  // namespace

class UrlHandler : public QObject {
    Q_OBJECT
 public:
    QUrl opened;
 public slots:
    void open(const QUrl& url) { opened = url; }
};

class TestWidgets : public QObject {
    Q_OBJECT

 private slots:
    void aFileDialogLeavesTheLocksOfAnOpenLibrary() {
        const QTemporaryDir folder;
        const QByteArray file = (folder.path() + QStringLiteral("/my.corpuscope")).toUtf8();
        const int descriptor = ::open(file.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        QCOMPARE(::write(descriptor, "SQLite format 3", 15), ssize_t{15});
        struct flock lock = {};
        lock.l_type = F_RDLCK;
        lock.l_whence = SEEK_SET;
        QCOMPARE(fcntl(descriptor, F_SETLK, &lock), 0);
        QVERIFY(locked_for_others(file.constData()));
        FileDialog dialog(nullptr, QStringLiteral("Open"), folder.path());
        dialog.show();
        auto* model = dialog.findChild<QFileSystemModel*>();
        QVERIFY(model != nullptr);
        const auto listed = [&] { return model->index(QString::fromUtf8(file)); };
        QTRY_VERIFY(listed().isValid());
        // What kind it is is found out on a thread, after it is listed.
        QTRY_VERIFY(!model->data(listed().siblingAtColumn(2)).toString().isEmpty());
        QTest::qWait(300);
        QVERIFY(locked_for_others(file.constData()));
        ::close(descriptor);
    }

    void longWordsBreak() {
        const QString address = QStringLiteral("https://example.org/") + QString(200, u'a');
        QString broken = breakable(address);
        QVERIFY(broken.size() > address.size());
        QCOMPARE(broken.remove(QChar(0x200b)), address);
        QCOMPARE(breakable(QStringLiteral("words of no great length, one after another")),
                 QStringLiteral("words of no great length, one after another"));
        const QString html =
            QStringLiteral("<span style=\"background-color:#ffffffffffffffffffffffffffff\">") +
            QString(29, u'b') + QStringLiteral("&amp;&lt;c</span>");
        QCOMPARE(breakable_html(html),
                 QString(html).replace(QStringLiteral("&lt;"), QStringLiteral("\u200b&lt;")));
        const QString pairs = QStringLiteral("𝄞").repeated(40);
        QString broken_pairs = breakable(pairs);
        QVERIFY(broken_pairs.isValidUtf16());
    }

    void aLongWordLeavesACardItsWidth() {
        const WordMatcher words(QStringLiteral("address"));
        QuoteCard card(QuoteCard::Style::Answer, place_with(QStringLiteral("See ") + QString(300, u'x')), 0.5,
                       words);
        QuoteCard plain(QuoteCard::Style::Answer, place_with(QStringLiteral("See here")), 0.5, words);
        QVERIFY2(card.minimumSizeHint().width() < 400,
                 qPrintable(QString::number(card.minimumSizeHint().width())));
        QVERIFY(!card.citation().contains(QChar(0x200b)));
        Banner banner;
        banner.showMessage(Banner::Kind::Error, QStringLiteral("1 could not be read"),
                           QStringLiteral("/home/") + QString(200, u'y') + QStringLiteral(".pdf: is empty"));
        QVERIFY2(banner.minimumSizeHint().width() < 500,
                 qPrintable(QString::number(banner.minimumSizeHint().width())));
    }

    void returnOpensACitation() {
        CitationChip chip(place_with(QStringLiteral("text")), 0.5);
        chip.show();
        QSignalSpy opened(&chip, &CitationChip::opened);
        QTest::keyClick(&chip, Qt::Key_Return);
        QTest::keyClick(&chip, Qt::Key_Enter);
        QTest::keyClick(&chip, Qt::Key_Space);
        QCOMPARE(opened.count(), 3);
    }

    void askingAgainAsksTheSameQuestion() {
        AskPage page;
        page.resize(900, 600);
        page.show();
        const QStringList earlier = {QStringLiteral("Who pays?"), QStringLiteral("Where is the lamp?"),
                                     QStringLiteral("When does it burn?")};
        page.setEarlier(earlier);
        app::JobId job = 0;
        connect(&page, &AskPage::askRequested, &page,
                [&](const QString& question) { page.setAsked(++job, question); });
        page.setEarlier(earlier);
        auto* list = page.splitter()->findChild<QListView*>();
        list->setCurrentIndex(page.history()->index(1));
        QCOMPARE(page.question(), earlier[1]);
        QPushButton* again = nullptr;
        for (QPushButton* button : page.findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("Ask again")) again = button;
        QVERIFY(again != nullptr);
        again->click();
        QCOMPARE(job, app::JobId{1});
        QCOMPARE(page.question(), earlier[1]);
        QCOMPARE(page.history()->questions(), (QStringList{earlier[1], earlier[0], earlier[2]}));
    }

    void aNarrowPageIsTheAnswersAlone() {
        AskPage page;
        page.setEarlier({QStringLiteral("Who pays?"), QStringLiteral("Where is the lamp?")});
        page.resize(400, 500);
        page.show();
        // A QComboBox has a list view of its own.
        auto* list = page.splitter()->findChild<QListView*>();
        auto* picker = page.findChild<QComboBox*>();
        QVERIFY(!list->isVisible());
        QVERIFY(picker->isVisible());
        QCOMPARE(picker->currentText(), QStringLiteral("Who pays?"));
        picker->setFocus();
        QTest::keyClick(picker, Qt::Key_Down);
        QCOMPARE(page.question(), QStringLiteral("Where is the lamp?"));
        page.resize(900, 500);
        QTRY_VERIFY(list->isVisible());
        QVERIFY(!picker->isVisible());
        page.setEarlier({QStringLiteral("Who pays?")});
        page.resize(400, 500);
        QTRY_VERIFY(!list->isVisible());
        QVERIFY(!picker->isVisible());
    }

    /// The desktop's icons are drawn for its own colours.
    void iconsFollowAnAppearanceOfOurOwn() {
        const auto count = [](const QIcon& drawn, auto wanted) {
            const QImage image = drawn.pixmap(32, 32).toImage();
            int pixels = 0;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    if (const QColor colour = image.pixelColor(x, y); colour.alpha() > 200)
                        pixels += wanted(colour) ? 1 : 0;
            return pixels;
        };
        const auto any = [](const QColor&) { return true; };
        const auto light = [](const QColor& colour) { return colour.lightness() > 128; };
        QVERIFY(count(own_icon(QStringLiteral("state-ready"), Tone::Good), any) > 20);
        QVERIFY(count(icon(QStringLiteral("edit-find")), any) > 20);
        apply(Appearance::Dark);
        const QIcon drawn = icon(QStringLiteral("edit-find"));
        const int all = count(drawn, any), bright = count(drawn, light);
        apply(Appearance::System);
        QVERIFY2(all > 20 && bright > all * 4 / 5,
                 qPrintable(QStringLiteral("%1 of %2").arg(bright).arg(all)));
    }

    void whatActsOnTheTextAroundItIsShown() {
        QCOMPARE(literal(QStringLiteral("a\nb\tc.txt")), QStringLiteral("a\ufffdb\ufffdc.txt"));
        QCOMPARE(literal(QStringLiteral("invoice\u202efdp.exe")), QStringLiteral("invoice\ufffdfdp.exe"));
        QCOMPARE(literal(QStringLiteral("a\u2066b\u2028c\x7f")), QStringLiteral("a\ufffdb\ufffdc\ufffd"));
        QCOMPARE(literal(QStringLiteral("מסמך 🙂 <b>.txt")), QStringLiteral("מסמך 🙂 <b>.txt"));
        QCOMPARE(without_mnemonic(QStringLiteral("R&D")), QStringLiteral("R&&D"));
    }

    void whereThereIsLittleRoomAShorterTextStands() {
        ElidedLabel label;
        const QString all = QStringLiteral("1.2 M of 1.9 M tokens · 40 s left"),
                      some = QStringLiteral("40 s left");
        label.setTexts({all, some});
        label.show();
        label.resize(label.sizeHint());
        QCOMPARE(label.shownText(), all);
        QVERIFY(label.toolTip().isEmpty());
        label.resize(label.sizeHint().width() - 20, 20);
        QCOMPARE(label.shownText(), some);
        QCOMPARE(label.toolTip(), all);
        label.resize(label.fontMetrics().horizontalAdvance(some) - 4, 20);
        QVERIFY(label.shownText().endsWith(QStringLiteral("…")));
        label.setText(QStringLiteral("<i>a\nb</i>"));
        QCOMPARE(label.text(), QStringLiteral("<i>a\ufffdb</i>"));
        label.resize(10, 20);
        QVERIFY(label.toolTip().contains(QStringLiteral("&lt;i&gt;")));
    }

    void theKeyboardIsSeenWhereItIs() {
        QWidget page;
        QVBoxLayout column(&page);
        QLineEdit field;
        QScrollArea area;
        column.addWidget(&field);
        column.addWidget(&area);
        const FocusRing ring(&area);
        page.resize(300, 300);
        page.show();
        page.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&page));
        field.setFocus();
        QVERIFY(!ring.isVisible());
        QTest::keyClick(&field, Qt::Key_Tab);
        QVERIFY(area.hasFocus());
        QVERIFY(ring.isVisible());
        QCOMPARE(ring.geometry(), area.rect());
        const QColor accent = colours_of(area.palette()).accent;
        QCOMPARE(area.grab().toImage().pixelColor(1, area.height() / 2).rgb(), accent.rgb());
        page.resize(400, 300);
        QTRY_COMPARE(ring.geometry(), area.rect());
        QTest::keyClick(&area, Qt::Key_Tab, Qt::ShiftModifier);
        QVERIFY(!ring.isVisible());
        QTest::mouseClick(area.viewport(), Qt::LeftButton);
        QVERIFY(!ring.isVisible());
    }

    void aFileThatCannotBeOpenedSaysWhy() {
        const QTemporaryDir folder;
        const QString gone = folder.filePath(QStringLiteral("gone.txt"));
        QVERIFY(SystemPrograms::open(gone).contains(gone));
        UrlHandler handler;
        QDesktopServices::setUrlHandler(QStringLiteral("file"), &handler, "open");
        QCOMPARE(SystemPrograms::open(folder.path()), QString());
        QCOMPARE(handler.opened, QUrl::fromLocalFile(folder.path()));
        QDesktopServices::unsetUrlHandler(QStringLiteral("file"));
        // The platform of the tests starts no programs.
        if (QGuiApplication::platformName() == QStringLiteral("offscreen"))
            QVERIFY(SystemPrograms::open(folder.path()).contains(folder.path()));
    }

    void newFilesGoWhereOneCanWrite() {
        const QTemporaryDir home;
        const QByteArray before = qgetenv("HOME"), config = qgetenv("XDG_CONFIG_HOME");
        qputenv("HOME", home.path().toUtf8());
        qputenv("XDG_CONFIG_HOME", home.path().toUtf8());
        QCOMPARE(FileDialog::folderForNewFiles(), home.path());
        QVERIFY(QDir(home.path()).mkdir(QStringLiteral("Documents")));
        QCOMPARE(FileDialog::folderForNewFiles(), home.filePath(QStringLiteral("Documents")));
        qputenv("HOME", before);
        config.isEmpty() ? qunsetenv("XDG_CONFIG_HOME") : qputenv("XDG_CONFIG_HOME", config);
    }

    void toolTipsShowNamesAsTheyAre() {
        QCOMPARE(plain_tool_tip(QStringLiteral("a plain name.txt")), QStringLiteral("a plain name.txt"));
        QCOMPARE(plain_tool_tip(QStringLiteral("<b>bold</b>.txt\nsecond")),
                 QStringLiteral("<qt>&lt;b&gt;bold&lt;/b&gt;.txt<br>second</qt>"));
    }
};

QTEST_MAIN(TestWidgets)
#include "test_widgets.moc"
