// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QTest>
#include <stdexcept>

#include "engine/longnet/json.h"

using corpuscope::longnet::Json;
using corpuscope::longnet::quote_json;

class TestJson : public QObject {
    Q_OBJECT
 private slots:
    void readsEveryKindOfValue() {
        const Json json =
            Json::parse(R"( {"a": [1, -2.5, true, null], "b": "\u00e9\n\ud83d\ude00", "c": {}} )");
        QCOMPARE(json.at("a").array().size(), std::size_t{4});
        QCOMPARE(json.at("a").array()[0].integer(), std::int64_t{1});
        QCOMPARE(json.at("a").array()[1].number(), -2.5);
        QVERIFY(json.at("a").array()[2].boolean());
        QVERIFY(json.at("a").array()[3].is_null());
        QCOMPARE(json.at("b").string(), std::string("é\n😀"));
        QVERIFY(json.find("d") == nullptr);
        QVERIFY_EXCEPTION_THROWN(json.at("d"), std::runtime_error);
        QVERIFY_EXCEPTION_THROWN(json.at("b").integer(), std::runtime_error);
    }

    void refusesWhatIsNotJson_data() {
        QTest::addColumn<QByteArray>("text");
        for (const char* text :
             {"", "{", "[1,]", "{\"a\":}", "\"open", "\"\\ud800\"", "01x", "nul", "1 2", "\"\x01\"", "1e999"})
            QTest::newRow(text) << QByteArray(text);
        QTest::newRow("deep") << QByteArray(100000, '[');
    }
    void refusesWhatIsNotJson() {
        QFETCH(QByteArray, text);
        QVERIFY_EXCEPTION_THROWN(Json::parse(text.toStdString()), std::runtime_error);
    }

    void quotesWhatItReads() {
        const std::string text = "quote \" backslash \\ line\n tab\t é";
        QCOMPARE(Json::parse(quote_json(text)).string(), text);
    }
};

QTEST_GUILESS_MAIN(TestJson)
#include "test_json.moc"
