// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Mail as it is sent: parts, encodings, quotes of earlier letters, attachments; and mailboxes.
#include <QTemporaryDir>
#include <fstream>

#include "tests/engine/documents/document_checks.h"

using namespace corpuscope::documents;

using Texts = std::vector<std::string>;

class TestMail : public QObject {
    Q_OBJECT

 private slots:
    void a_letter() {
        const ReadResult result = read_document(data("letter.eml"));
        QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
        check_promises(*result);
        QCOMPARE(result->format, std::string("eml"));
        QCOMPARE(result->title, std::string("The dented float – a boat"));
        QVERIFY(result->pages.empty());
        QCOMPARE(blocks_of(*result, BlockKind::Heading), Texts{"The dented float – a boat"});
        const Texts paragraphs = blocks_of(*result, BlockKind::Paragraph);
        QCOMPARE(paragraphs.front(),
                 std::string("From: John Trévena <j.trevena@sorrel-harbour.example>\n"
                             "To: Elowen Tangye <e.tangye@tide-office.example>, Harbour Office "
                             "<office@sorrel-harbour.example>\n"
                             "Date: 2003-04-03 10:12 +01:00"));
        QVERIFY(contains(paragraphs,
                         "the float came up dented on Tuesday, and the gauge has read two inches\n"
                         "low ever since. Café Lowen has offered to lend us its boat until the\n"
                         "new float is cast."));
        QCOMPARE(blocks_of(*result, BlockKind::Quote),
                 (Texts{"When does the foundry cast again? We cannot read the tide by eye for a month.",
                        "E. Tangye"}));
        QVERIFY(result->text.find("which is not read") == std::string::npos);
        QCOMPARE(result->warnings,
                 Texts{"the attachment foundry estimate.pdf was left out: is a damaged PDF: "
                       "it cannot be opened"});
    }

    void a_mailbox_has_a_message_a_page() {
        const ReadResult result = read_document(data("mailbox.mbox"));
        QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
        check_promises(*result);
        QCOMPARE(result->format, std::string("mbox"));
        QCOMPARE(blocks_of(*result, BlockKind::Heading, 1), (Texts{"Oil", "Re: Oil"}));
        QCOMPARE(result->pages.size(), std::size_t{2});
        const std::string first = slice(result->text, result->pages[0]);
        QVERIFY(first.find("Date: Mon, 2 Apr 1962 08:00:00 +0000") != std::string::npos);
        QVERIFY(first.find("Send forty gallons of oil before Friday.\nFrom Friday on the lamp") !=
                std::string::npos);
        QVERIFY(slice(result->text, result->pages[1]).find("The oil goes out with the pilot boat") !=
                std::string::npos);
        QCOMPARE(blocks_of(*result, BlockKind::ListItem), (Texts{"Forty gallons", "Two wicks"}));
    }

    // Programs differ in what they escape; what parts messages has a sender or a time, and headers below.
    void lines_that_begin_like_a_message() {
        const std::string from = "From keeper@light.example Mon Apr  2 08:00:00 1962\n";
        const std::string mailbox = from +
                                    "From: keeper@light.example\nSubject: Oil\n\nSend oil.\n\n"
                                    "From Friday on it is dark.\nThe lamp is out.\n\n"
                                    "From now: nothing.\nFrom: nobody\n\n" +
                                    from +
                                    "of all days we have no oil.\n\n"
                                    "From harbour@sorrel.example\nFrom: harbour@sorrel.example\n"
                                    "Subject: Re: Oil\n\nIt is sent.\n\n" +
                                    from + "Subject: Thanks\nFrom: keeper@light.example\n\nIt is lit.\n";
        const QTemporaryDir folder;
        const auto file = std::filesystem::path(folder.path().toStdString()) / "all.mbox";
        for (const std::string mark : {"", "\xEF\xBB\xBF"}) {
            std::ofstream(file, std::ios::binary) << mark << mailbox;
            const ReadResult result = read_document(file);
            QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
            check_promises(*result);
            QCOMPARE(result->format, std::string("mbox"));
            QCOMPARE(result->pages.size(), std::size_t{3});
            QCOMPARE(blocks_of(*result, BlockKind::Heading, 1), (Texts{"Oil", "Re: Oil", "Thanks"}));
            for (const char* words :
                 {"Send oil.", "From Friday on it is dark.", "The lamp is out.", "From now: nothing.",
                  "From: nobody", "of all days we have no oil.", "It is sent.", "It is lit."})
                QVERIFY2(result->text.find(words) != std::string::npos, words);
        }
    }

    void encodings_are_those_of_the_bytes_data() {
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("shown");
        const auto row = [](const char* tag, const char* headers, const char* body, const char* shown) {
            QTest::newRow(tag) << QByteArray(headers) << QByteArray(body) << QString::fromUtf8(shown);
        };
        row("quotes in Latin-1", "Content-Type: text/plain; charset=iso-8859-1\n",
            "\x93Now\x94 \x96 it\x92s lit", "“Now” – it’s lit");
        row("UTF-8 in ASCII", "Content-Type: text/plain; charset=us-ascii\n", "gr\xC3\xBC\xC3\x9F", "grüß");
        row("Korean", "Content-Type: text/plain; charset=euc-kr\n", "\x8C\x63\xB9\xE6\xB0\xA2\xC7\xCF",
            "똠방각하");
        row("Japanese", "Content-Type: text/plain; charset=ISO-2022-JP\n", "\x1B$BEtBf<i\x1B(B", "灯台守");
        row("Japanese without a name", "", "\x1B$BEtBf<i$OKhHU!\"Et$j$r$H$b$7$^$9!#\x1B(B",
            "灯台守は毎晩、灯りをともします。");
        row("encoded for the way",
            "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n",
            "=93Now=94 caf=E9", "“Now” café");
        row("named within", "Content-Type: text/html\n", "<meta charset=windows-1251><p>\xCD\xEE\xF7\xFC",
            "Ночь");
    }

    void encodings_are_those_of_the_bytes() {
        QFETCH(QByteArray, headers);
        QFETCH(QByteArray, body);
        QFETCH(QString, shown);
        const QTemporaryDir folder;
        const auto file = std::filesystem::path(folder.path().toStdString()) / "a.eml";
        std::ofstream(file, std::ios::binary) << "From: a@b.example\nSubject: =?iso-8859-1?Q?=93Oil=94?=\n"
                                              << headers.toStdString() << "\n"
                                              << body.toStdString() << "\n";
        const ReadResult result = read_document(file);
        QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
        QCOMPARE(result->title, std::string("“Oil”"));
        QCOMPARE(QString::fromStdString(blocks_of(*result, BlockKind::Paragraph).back()), shown);
        QVERIFY(result->warnings.empty());
    }

    void documents_attached_are_read() {
        std::string mail =
            "From: a@b.example\nSubject: Papers\nContent-Type: multipart/mixed; boundary=x\n\n"
            "--x\n\nSee what is attached.\n";
        const auto attach = [&](const char* name, const char* type, const std::string& bytes) {
            mail += std::string("--x\nContent-Type: ") + type + "\nContent-Transfer-Encoding: base64\n" +
                    "Content-Disposition: attachment; filename=\"" + name + "\"\n\n" +
                    QByteArray::fromStdString(bytes).toBase64().toStdString() + "\n";
        };
        const auto bytes_of = [](const std::string& name) {
            std::ifstream file(data(name), std::ios::binary);
            return std::string(std::istreambuf_iterator<char>(file), {});
        };
        attach("the manual.docx", "application/octet-stream", bytes_of("manual.docx"));
        attach("stores.csv", "text/csv", bytes_of("stores.csv"));
        attach("inner.eml", "application/octet-stream",
               "From: c@d.example\nSubject: Oil\nMessage-ID: <1@d>\n\nSend forty gallons.\n");
        attach("locked.pdf", "application/pdf", bytes_of("password.pdf"));
        attach("logo.png", "image/png", "\x89PNG");
        attach("signature.asc", "application/pgp-signature", "-----BEGIN PGP SIGNATURE-----\nabc\n");
        mail += "--x--\n";
        const QTemporaryDir folder;
        const auto file = std::filesystem::path(folder.path().toStdString()) / "papers.eml";
        std::ofstream(file, std::ios::binary) << mail;

        const ReadResult result = read_document(file);
        QVERIFY2(result.has_value(), result ? "" : result.error().reason.c_str());
        check_promises(*result);
        QCOMPARE(blocks_of(*result, BlockKind::Heading, 2),
                 (Texts{"the manual.docx", "stores.csv", "inner.eml"}));
        QVERIFY(contains(blocks_of(*result, BlockKind::Paragraph), "See what is attached."));
        QVERIFY(contains(blocks_of(*result, BlockKind::Paragraph), "Send forty gallons."));
        QVERIFY(result->text.find("BEGIN PGP") == std::string::npos);
        QCOMPARE(result->warnings, (Texts{"the attachment locked.pdf was left out: needs a password",
                                          "the attachment logo.png was left out"}));
        // As it is read by itself, a level below its name.
        const ReadResult manual = read_document(data("manual.docx"));
        QVERIFY(result->text.find(manual->text) != std::string::npos);
        QCOMPARE(blocks_of(*result, BlockKind::Heading, 4), [&] {
            Texts headings = blocks_of(*manual, BlockKind::Heading, 2);
            const Texts rest = blocks_of(*read_document(data("stores.csv")), BlockKind::Heading, 2);
            headings.insert(headings.end(), rest.begin(), rest.end());
            return headings;
        }());
        QCOMPARE(blocks_of(*result, BlockKind::TableRow).size(),
                 blocks_of(*manual, BlockKind::TableRow).size() +
                     blocks_of(*read_document(data("stores.csv")), BlockKind::TableRow).size());

        Limits limits;
        limits.max_text_bytes = std::ssize(result->text) - 100;
        QCOMPARE(read_document(file, limits).error().kind, FailureKind::TooLarge);
    }

    void what_only_looks_like_mail_is_text() {
        const QTemporaryDir folder;
        const auto read = [&](const char* name, const std::string& bytes) {
            const auto file = std::filesystem::path(folder.path().toStdString()) / name;
            std::ofstream(file, std::ios::binary) << bytes;
            return read_document(file);
        };
        const std::string memo = "From: the keeper\nTo: the office\nRef: 12\n\nSend oil before Friday.\n";
        QCOMPARE(read("memo.txt", memo)->format, std::string("txt"));
        QVERIFY(read("memo.txt", memo)->text.find("Ref: 12") != std::string::npos);
        QCOMPARE(read("memo.eml", memo)->format, std::string("eml"));
        QCOMPARE(read("tale.txt", "From here the road is long.\nFrom: nobody.\n")->format,
                 std::string("txt"));
        QCOMPARE(read("letter.eml", "Dear all,\n\nthe lamp is lit.\n")->format, std::string("txt"));
        QCOMPARE(read("draft.eml", "Subject: Oil\nTo: x@y.example\n\nSend it.\n")->title, std::string("Oil"));
        QCOMPARE(read("mark.eml", "\xEF\xBB\xBF" + memo)->format, std::string("eml"));
        QCOMPARE(read("notes.eml", "Lamp: lit\nOil: low\n\nNothing else.\n")->format, std::string("txt"));
        // Sent, whatever the file is called.
        QCOMPARE(read("1466.M12P34", bytes_of(data("letter.eml")))->format, std::string("eml"));
    }

    void messages_within_messages_end_somewhere() {
        std::string bytes = "From: a@b.example\nMessage-ID: <0@b>\nSubject: outermost\n";
        for (int i = 0; i < 500; ++i) bytes += "Content-Type: message/rfc822\n\nFrom: a@b.example\n";
        const QTemporaryDir folder;
        const auto file = std::filesystem::path(folder.path().toStdString()) / "deep.eml";
        std::ofstream(file, std::ios::binary) << bytes << "\nThe innermost words.\n";
        const ReadResult result = read_document(file);
        QVERIFY(result.has_value());
        check_promises(*result);
    }
};

QTEST_GUILESS_MAIN(TestMail)
#include "test_mail.moc"
