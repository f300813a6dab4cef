// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// The window in German: what the engine says is translated too, and no text of the window is left in English.
#include <QApplication>
#include <QDir>
#include <QLocale>
#include <QTest>
#include <QXmlStreamReader>
#include <filesystem>

#include "engine/documents/reader.h"
#include "engine/library/library.h"
#include "ui/application.h"
#include "ui/widgets/engine_text.h"
#include "ui/widgets/format.h"

using namespace corpuscope;
using namespace corpuscope::ui;

class TestTranslation : public QObject {
    Q_OBJECT

 private slots:
    void initTestCase() {
        QLocale::setDefault(QLocale(QLocale::German, QLocale::Germany));
        load_translations(*qApp);
        QCOMPARE(Format::documents(2), QStringLiteral("2 Dokumente"));
    }

    void reasonsOfFailuresAreTranslated() {
        int failures = 0;
        const QDir folder(QStringLiteral(CORPUSCOPE_TEST_DATA "/documents"));
        for (const QFileInfo& file : folder.entryInfoList(QDir::Files)) {
            const auto read = documents::read_document(file.filePath().toStdString());
            if (read) continue;
            ++failures;
            const QString reason = QString::fromStdString(read.error().reason);
            QVERIFY2(engine_text(reason) != reason, qPrintable(file.fileName() + u' ' + reason));
        }
        QVERIFY(failures >= 8);
    }

    void whatCannotBeOpenedIsTranslated() {
        const QString file =
            QStringLiteral("/c/a: 100%1.corpuscope");  // a name that looks like the sentences
        QCOMPARE(engine_text(file + QStringLiteral(" is in use by another Corpuscope (process 12)")),
                 QStringLiteral("%1 wird von einem anderen Corpuscope benutzt (Prozess 12)")
                     .replace(QStringLiteral("%1 wird"), file + QStringLiteral(" wird")));
        try {
            library::Library::open(CORPUSCOPE_TEST_DATA "/documents/manual.md", library::OpenMode::ReadOnly);
            QFAIL("that is no library");
        } catch (const std::exception& error) {
            const QString reason = QString::fromUtf8(error.what());
            QVERIFY2(engine_text(reason) != reason, error.what());
            QVERIFY(engine_text(reason).contains(QStringLiteral("manual.md")));
        }
    }

    void notesAreTranslatedLineByLine() {
        QCOMPARE(
            engine_text(QStringLiteral(
                "2 documents could not be read:\na.pdf: needs a password\nb.txt: has no bytes in it")),
            QStringLiteral(
                "2 Dokumente konnten nicht gelesen werden:\na.pdf: verlangt ein Kennwort\nb.txt: ist leer"));
        QCOMPARE(engine_text(QStringLiteral("The library has 3 PDF documents.")),
                 QStringLiteral("Die Bibliothek hat 3 PDF-Dokumente."));
        QCOMPARE(engine_text(QStringLiteral("something that nobody foresaw")),
                 QStringLiteral("something that nobody foresaw"));
    }

    void everyTextHasItsTranslation() {
        QFile file(QStringLiteral(CORPUSCOPE_TEST_DATA "/../../resources/translations/corpuscope_de.ts"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QXmlStreamReader xml(&file);
        int messages = 0;
        while (!xml.atEnd()) {
            if (xml.readNext() != QXmlStreamReader::StartElement ||
                xml.name() != QStringLiteral("translation"))
                continue;
            ++messages;
            QVERIFY2(xml.attributes().value(QStringLiteral("type")).isEmpty(),
                     qPrintable(QStringLiteral("line %1 is unfinished").arg(xml.lineNumber())));
        }
        QVERIFY(messages > 200);
    }
};

QTEST_MAIN(TestTranslation)
#include "test_translation.moc"
