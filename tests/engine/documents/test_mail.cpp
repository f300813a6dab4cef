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
        QCOMPARE(result->warnings, Texts{"the attachment foundry estimate.pdf was left out"});
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
