// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/engine_text.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>
#include <vector>

namespace corpuscope::ui {
namespace {

constexpr const char* kContext = "corpuscope::ui::EngineText";

// %1, %2, ... stand for what differs; where several fit, the first one counts.
constexpr const char* kSentences[] = {
    // Answers
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "There is no question."),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "The library is empty: add a folder first."),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "No passage has anything to do with the question."),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "The documents do not seem to answer this. The nearest passages:"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "No sentence of the documents answers this. The nearest passages:"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "No document mentions “%1”."),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "No document has the words “%1” side by side."),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "1 document mentions “%1”."),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "1 document mentions “%1”:"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "%1 documents mention “%2”."),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "%1 documents mention “%2”:"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "%1 (1 passage)"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "%1 (%2 passages)"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "… and %1 more."),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "Every document could be read."),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "1 document could not be read."),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "1 document could not be read:"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "%1 documents could not be read."),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "%1 documents could not be read:"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "The library has no documents."),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "The library has 1 document."),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "The library has 1 document:"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "The library has no %1 documents."),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "The library has 1 %1 document."),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "The library has 1 %1 document:"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "The library has %1 %2 documents."),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "The library has %1 %2 documents:"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "The library has %1 documents."),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "The library has %1 documents:"),
    // Why a document cannot be read
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "needs a password"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "has no text in it"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "has no text in it: its pages hold pictures only"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "has no bytes in it"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is a damaged PDF: it cannot be opened"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is encrypted in a way that cannot be opened"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "has %1 pages; the limit is %2"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is a damaged zip archive: %1"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is a damaged zip archive"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is a damaged epub: %1"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "it does not say where its contents are"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "it has no reading order (spine)"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "is a damaged %1 document: the XML inside breaks off or is malformed"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "is a damaged pptx document: it does not say where its slides are"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "is a damaged xlsx document: it does not say where its sheets are"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is a damaged rtf document: its groups nest too deep"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "breaks off before its end: what may have followed is missing"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "is a damaged message: it has no headers that can be read"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is protected against reading (DRM)"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "unpacks to more than %1 times its size"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "unpacks to more than the limit of %1"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "holds more text than the limit of %1"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is larger than the limit of %1"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is %1 large; the limit is %2"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is an archive of a kind that no reader takes"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "is an office file of before 2007, which no reader takes"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "is a message as Outlook stores it, which no reader takes: save it as .eml"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is of a kind that no reader takes"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is not what its name says: no %1 file begins like that"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is binary data, not a text"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is binary data, not a text (%1)"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is a zip archive, but not a %1 document"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "cannot be read as Markdown"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is not HTML that can be read: %1"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "its elements are nested too deeply"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "its elements overlap in too many ways"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "its tags have too many attributes"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is a folder, not a document"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is a folder"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "is neither a file nor a folder"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "changed while it was being read"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "vanished while it was being read"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "needs more memory than there is"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "needs more memory to be read than there is"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "needs more than %1 of memory to be read"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "takes more than %1 s of processor time to be read"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "brings down the program that reads it"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "brings down the program that reads it (%1)"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "misleads the program that reads it"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "is empty now; its documents stay in the library until they are removed from it"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "%1: the program that reads documents cannot be started: %2"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "does not exist"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "its name is not valid UTF-8"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "the folder cannot be opened: %1"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "cannot be opened: %1"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "cannot be read: %1"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "cannot be written: %1"),
    // What was left out of a document
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "chapter %1 is missing or empty"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "chapter %1 was left out: %2"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "notes were left out: their XML is malformed"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "slide %1 was left out: it is missing or its XML is malformed"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "the notes of slide %1 break off: their XML is malformed"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "sheet %1 was left out: it is missing"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "the attachment %1 was left out: %2"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "the attachment %1 was left out"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "an encrypted part was left out"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "messages within messages are nested too deeply"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "parts of a message are nested too deeply"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "HTML in a message was left out: %1"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "HTML was left out: %1"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "equal cells or rows beside one another are shown fewer times than they stand there"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "%1 places could not be decoded as %2 and show U+FFFD instead"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "%1 zero bytes were left out"),
    // Libraries
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "%1 is in use by another Corpuscope (process %2)"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "%1 is in use by another program"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "%1 is not a Corpuscope library: it is the database of another application"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "%1 is not a Corpuscope library: it is not a database at all"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "%1 is not a Corpuscope library: it is empty"),
    QT_TRANSLATE_NOOP(
        "corpuscope::ui::EngineText",
        "%1 was made by a newer version of Corpuscope (format %2, this version knows up to %3)"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "%1 is of an older format (%2): open it for writing once, which brings it up to date"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "%1 cannot grow: the disk is full; what was stored before is safe"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "%1 cannot be read or written: %2; what was stored before is safe"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "%1 cannot be written: it is read-only"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "%1 cannot be written: %2"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "%1 cannot be opened: %2"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "%1 is damaged: %2"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "%1 is a folder"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText",
                      "%1 is not a Corpuscope library: it is a pipe or a device"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "no library is open"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "was opened for reading only"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "the document is no longer in the library"),
    // Jobs
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "holds no vectors yet"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "no document with text to look at"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "the picture cannot be written"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "a map is saved as .png or .npz"),
    QT_TRANSLATE_NOOP(
        "corpuscope::ui::EngineText",
        "is not the manifest of an export and would be replaced; export to another folder, or move it "
        "away"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "it is not a file"),
    // The system
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "Permission denied"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "No such file or directory"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "No space left on device"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "Read-only file system"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "Input/output error"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "Too many open files"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "%1 (%2, 1 thread)"),
    QT_TRANSLATE_NOOP("corpuscope::ui::EngineText", "%1 (%2, %3 threads)"),
};

struct Sentence {
    const char* text;
    QRegularExpression pattern;
};

const std::vector<Sentence>& sentences() {
    static const std::vector<Sentence> all = [] {
        std::vector<Sentence> made;
        for (const char* text : kSentences) {
            // Escaping puts a backslash before the percent sign.
            QString pattern = QRegularExpression::escape(QString::fromUtf8(text));
            pattern.replace(QRegularExpression(QStringLiteral("\\\\%\\d")), QStringLiteral("(.+)"));
            made.push_back({text, QRegularExpression(QRegularExpression::anchoredPattern(pattern))});
        }
        return made;
    }();
    return all;
}

QString line_text(const QString& line);

/// A translated sentence with what the match captured in place of %1, %2, ...; in one pass, as a captured
/// name may hold a "%1" of its own.
QString filled(const QString& sentence, const QRegularExpressionMatch& match) {
    static const QRegularExpression place(QStringLiteral("%(\\d)"));
    QString text;
    qsizetype at = 0;
    for (auto places = place.globalMatch(sentence); places.hasNext();) {
        const QRegularExpressionMatch here = places.next();
        text += QStringView(sentence).mid(at, here.capturedStart() - at);
        text += line_text(match.captured(here.capturedView(1).toInt()));
        at = here.capturedEnd();
    }
    text += QStringView(sentence).mid(at);
    return text;
}

QString line_text(const QString& line) {
    for (const Sentence& sentence : sentences()) {
        const QRegularExpressionMatch match = sentence.pattern.match(line);
        if (!match.hasMatch()) continue;
        return filled(QCoreApplication::translate(kContext, sentence.text), match);
    }
    // "FILE: why"
    const qsizetype colon = line.indexOf(QStringLiteral(": "));
    return colon < 0 ? line : line.left(colon + 2) + line_text(line.mid(colon + 2));
}

}  // namespace

QString engine_text(const QString& text) {
    QStringList lines = text.split(u'\n');
    for (QString& line : lines) line = line_text(line);
    return lines.join(u'\n');
}

QString engine_text(const std::string& text) { return engine_text(QString::fromStdString(text)); }

}  // namespace corpuscope::ui
