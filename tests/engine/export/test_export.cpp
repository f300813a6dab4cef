// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// What was exported, read back as other programs would, equals what the library holds.
#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include <QDir>
#include <QFloat16>
#include <QTest>
#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "engine/export/exporter.h"
#include "engine/export/vector_file.h"
#include "engine/longnet/safetensors.h"
#include "tests/engine/export/parquet_reader.h"
#include "tests/engine/export/small_corpus.h"
#include "tests/engine/library/file_size_limit.h"

using namespace corpuscope;
using exporting::ElementType;
using exporting::Format;
using exporting::Level;
using Json = nlohmann::json;

namespace {

QByteArray read(const std::filesystem::path& path) {
    QFile file(QString::fromStdString(path.string()));
    if (!file.open(QIODevice::ReadOnly)) return {};
    return file.readAll();
}

/// Of an array as NumPy stores it.
struct Array {
    QByteArray header, elements;
    std::vector<float> floats() const {
        std::vector<float> values;
        if (header.contains("'<f4'")) {
            values.resize(static_cast<std::size_t>(elements.size()) / sizeof(float));
            std::memcpy(values.data(), elements.data(), static_cast<std::size_t>(elements.size()));
        } else {
            for (qsizetype i = 0; i + 1 < elements.size(); i += 2) {
                qfloat16 half;
                std::memcpy(&half, elements.data() + i, 2);
                values.push_back(static_cast<float>(half));
            }
        }
        return values;
    }
};

Array parse_npy(const QByteArray& bytes) {
    if (!bytes.startsWith("\x93NUMPY")) return {};
    const auto length = static_cast<unsigned char>(bytes[8]) | static_cast<unsigned char>(bytes[9]) << 8;
    return {bytes.mid(10, length), bytes.mid(10 + length)};
}

std::map<std::string, Array> parse_npz(const std::filesystem::path& path) {
    std::map<std::string, Array> arrays;
    archive* handle = archive_read_new();
    archive_read_support_format_zip(handle);
    archive_read_open_filename(handle, path.c_str(), 1 << 16);
    archive_entry* entry = nullptr;
    while (archive_read_next_header(handle, &entry) == ARCHIVE_OK) {
        QByteArray bytes(archive_entry_size(entry), '\0');
        archive_read_data(handle, bytes.data(), static_cast<std::size_t>(bytes.size()));
        arrays[archive_entry_pathname(entry)] = parse_npy(bytes);
    }
    archive_read_free(handle);
    return arrays;
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
    if (a.size() != b.size()) return INFINITY;
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        largest = std::max(largest, std::abs(static_cast<double>(a[i]) - b[i]));
    return largest;
}

}  // namespace

class TestExport : public QObject {
    Q_OBJECT

    std::unique_ptr<tests::SmallCorpus> corpus_;

    exporting::Report run(const char* name, Level level, Format format,
                          ElementType element = ElementType::F32) {
        exporting::Options options;
        options.level = level;
        options.format = format;
        options.element = element;
        return exporting::export_vectors(*corpus_->library, *corpus_->encoder, corpus_->path(name), options);
    }

    std::vector<float> passage_vectors() const {
        std::vector<float> rows;
        for (const auto& document : corpus_->library->documents()) {
            const auto vectors = corpus_->library->vectors(document.id)->passages;
            rows.insert(rows.end(), vectors.begin(), vectors.end());
        }
        return rows;
    }

    std::vector<library::StoredPassage> passages() const {
        std::vector<library::StoredPassage> all;
        for (const auto& document : corpus_->library->documents())
            for (auto& passage : corpus_->library->passages(document.id)) all.push_back(passage);
        return all;
    }

 private slots:
    void initTestCase() {
        corpus_ = std::make_unique<tests::SmallCorpus>();
        QCOMPARE(corpus_->library->counts().ready, 2);
    }

    void npy() {
        const auto report = run("p.npy", Level::Passage, Format::Npy);
        const auto array = parse_npy(read(report.file));
        const auto shape = QStringLiteral("'shape': (%1, 384)").arg(report.rows);
        QVERIFY2(array.header.contains(shape.toUtf8()), array.header);
        QVERIFY(array.header.endsWith('\n'));
        QCOMPARE((array.header.size() + 10) % 64, 0);
        QCOMPARE(largest_difference(array.floats(), passage_vectors()), 0.0);
        const auto half = run("h.npy", Level::Passage, Format::Npy, ElementType::F16);
        QVERIFY(largest_difference(parse_npy(read(half.file)).floats(), passage_vectors()) < 1e-3);
    }

    void rowsSayWhereTheyComeFrom() {
        const auto report = run("rows.npy", Level::Passage, Format::Npy);
        const auto lines = read(report.file.string() + ".rows.jsonl").split('\n');
        const auto stored = passages();
        QCOMPARE(lines.size(), static_cast<qsizetype>(stored.size()) + 1);
        for (std::size_t i = 0; i < stored.size(); ++i) {
            const auto row = Json::parse(lines[static_cast<qsizetype>(i)].toStdString());
            QCOMPARE(row["path"].get<std::string>(), corpus_->library->document(stored[i].document)->path);
            QCOMPARE(row["start"].get<std::int64_t>(), stored[i].range.begin);
            QCOMPARE(row["end"].get<std::int64_t>(), stored[i].range.end);
        }
    }

    void manifest() {
        const auto report = run("m.npy", Level::Document, Format::Npy);
        QCOMPARE(report.rows, 2);
        const auto json = Json::parse(read(report.manifest).toStdString());
        QCOMPARE(json["file"].get<std::string>(), std::string("m.npy"));
        QCOMPARE(json["rows"].get<int>(), 2);
        QCOMPARE(json["dimension"].get<int>(), 384);
        QCOMPARE(json["model"]["hash"].get<std::string>(), corpus_->model->hash);
        QCOMPARE(json["normalization"].get<std::string>(), std::string("l2"));
        QCOMPARE(json["tokenizer"]["hash"].get<std::string>().size(), 64u);
        QCOMPARE(json["corpus_hash"].get<std::string>().size(), 64u);
        QVERIFY(json.contains("pooling"));
    }

    void aManifestOfAnotherExportStays() {
        std::filesystem::create_directory(corpus_->path("two"));
        const auto first = run("two/a.npy", Level::Document, Format::Npy);
        QCOMPARE(first.manifest, corpus_->path("two/manifest.json"));
        const QByteArray described = read(first.manifest);
        for (int i = 0; i < 2; ++i) {
            const auto second = run("two/b.csv", Level::Passage, Format::Csv);
            QCOMPARE(second.manifest, corpus_->path("two/b.csv.manifest.json"));
            const auto json = Json::parse(read(second.manifest).toStdString());
            QCOMPARE(json["file"].get<std::string>(), std::string("b.csv"));
            QCOMPARE(read(first.manifest), described);
        }
        QCOMPARE(run("two/a.npy", Level::Document, Format::Npy).manifest, first.manifest);
        std::filesystem::remove(first.file);
        QCOMPARE(run("two/c.npz", Level::Document, Format::Npz).manifest, first.manifest);
        QVERIFY_EXCEPTION_THROWN(run("two/b.csv.manifest.json", Level::Document, Format::Jsonl),
                                 std::runtime_error);
    }

    void aManifestOfAnotherProgramStays() {
        std::filesystem::create_directory(corpus_->path("other"));
        const QByteArray theirs = "{\"name\": \"some web page\"}";
        const auto shared = corpus_->path("other/manifest.json");
        std::ofstream(shared) << theirs.toStdString();
        const auto report = run("other/m.npy", Level::Document, Format::Npy);
        QCOMPARE(report.manifest, corpus_->path("other/m.npy.manifest.json"));
        QCOMPARE(read(shared), theirs);
        std::ofstream(report.manifest) << theirs.toStdString();
        std::ofstream(report.file) << "vectors of before";
        try {
            run("other/m.npy", Level::Document, Format::Npy);
            QFAIL("it was replaced");
        } catch (const std::runtime_error& error) {
            QVERIFY(QByteArray(error.what()).startsWith(report.manifest.string().c_str()));
        }
        QCOMPARE(read(report.manifest), theirs);
        QCOMPARE(read(report.file), QByteArray("vectors of before"));
    }

    void npz() {
        const auto report = run("p.npz", Level::Passage, Format::Npz);
        const auto arrays = parse_npz(report.file);
        QCOMPARE(arrays.size(), 3u);
        QCOMPARE(largest_difference(arrays.at("vectors.npy").floats(), passage_vectors()), 0.0);
        const auto& ends = arrays.at("end.npy").elements;
        std::int64_t end = 0;
        std::memcpy(&end, ends.data(), sizeof end);
        QCOMPARE(end, passages().front().range.end);
    }

    void safetensors() {
        const auto report = run("p.safetensors", Level::Passage, Format::Safetensors);
        const longnet::SafetensorsFile file(report.file);
        QCOMPARE(largest_difference(file.floats(file.at("vectors")), passage_vectors()), 0.0);
        const auto half = run("h.safetensors", Level::Passage, Format::Safetensors, ElementType::F16);
        const longnet::SafetensorsFile halves(half.file);
        QVERIFY(largest_difference(halves.floats(halves.at("vectors")), passage_vectors()) < 1e-3);
    }

    void jsonl() {
        const auto report = run("p.jsonl", Level::Passage, Format::Jsonl);
        std::vector<float> rows;
        for (const auto& line : read(report.file).split('\n')) {
            if (line.isEmpty()) continue;
            const auto row = Json::parse(line.toStdString());
            QVERIFY(row.contains("path") && row.contains("start") && row.contains("end"));
            for (const auto& value : row["vector"]) rows.push_back(value.get<float>());
        }
        QCOMPARE(largest_difference(rows, passage_vectors()), 0.0);
    }

    void tables() {
        const auto csv = read(run("p.csv", Level::Passage, Format::Csv).file);
        QVERIFY(csv.startsWith("path,start,end,page,v0,v1,"));
        QVERIFY2(csv.contains("/rules, \"\"old\"\".txt\","), "a comma and quotes in a path are quoted");
        const auto tsv = read(run("p.tsv", Level::Passage, Format::Tsv).file);
        std::vector<float> rows;
        const auto lines = tsv.split('\n');
        for (qsizetype i = 1; i < lines.size() && !lines[i].isEmpty(); ++i) {
            const auto fields = lines[i].split('\t');
            QCOMPARE(fields.size(), 4 + 384);
            for (qsizetype f = 4; f < fields.size(); ++f) rows.push_back(fields[f].toFloat());
        }
        QCOMPARE(largest_difference(rows, passage_vectors()), 0.0);
    }

    void parquet() {
        for (const auto element : {ElementType::F32, ElementType::F16}) {
            const QByteArray bytes = read(run("p.parquet", Level::Passage, Format::Parquet, element).file);
            const tests::ParquetReader file({bytes.data(), static_cast<std::size_t>(bytes.size())});
            const auto stored = passages();
            QCOMPARE(file.rows(), std::ssize(stored));
            std::vector<std::int64_t> lengths;
            std::vector<float> vectors;
            if (element == ElementType::F32)
                vectors = file.list_numbers<float>(4, lengths);
            else
                for (const qfloat16 half : file.list_numbers<qfloat16>(4, lengths)) vectors.push_back(half);
            QCOMPARE(lengths, std::vector<std::int64_t>(stored.size(), 384));
            QVERIFY(largest_difference(vectors, passage_vectors()) <=
                    (element == ElementType::F32 ? 0.0 : 1e-3));
            const auto paths = file.texts(0);
            const auto starts = file.numbers<std::int64_t>(1), ends = file.numbers<std::int64_t>(2);
            QCOMPARE(file.numbers<std::int32_t>(3).size(), stored.size());
            for (std::size_t i = 0; i < stored.size(); ++i) {
                QCOMPARE(paths[i], corpus_->library->document(stored[i].document)->path);
                QCOMPARE(starts[i], stored[i].range.begin);
                QCOMPARE(ends[i], stored[i].range.end);
            }
        }
    }

    void parquetInSeveralRowGroups() {
        constexpr std::int64_t kRows = 12000, kColumns = 384;
        const auto path = corpus_->path("groups.parquet");
        const auto file =
            exporting::open_vector_file(path, Format::Parquet, ElementType::F32, kRows, kColumns);
        std::vector<float> vector(kColumns);
        for (std::int64_t row = 0; row < kRows; ++row) {
            std::iota(vector.begin(), vector.end(), static_cast<float>(row));
            file->add({row == 0 ? "na\xefve.txt" : "b.txt", {row, row + 1}, 1}, vector);
        }
        file->finish();
        const QByteArray bytes = read(path);
        const tests::ParquetReader back({bytes.data(), static_cast<std::size_t>(bytes.size())});
        QCOMPARE(back.groups(), std::size_t{2});
        QCOMPARE(back.rows(), kRows);
        QCOMPARE(back.texts(0).front(), std::string("na\xef\xbf\xbdve.txt"));  // a string is UTF-8
        const auto starts = back.numbers<std::int64_t>(1);
        std::vector<std::int64_t> lengths;
        const auto numbers = back.list_numbers<float>(4, lengths);
        QCOMPARE(lengths, std::vector<std::int64_t>(kRows, kColumns));
        for (std::int64_t row = 0; row < kRows; ++row) {
            QCOMPARE(starts[static_cast<std::size_t>(row)], row);
            QCOMPARE(numbers[static_cast<std::size_t>(row * kColumns + 7)], static_cast<float>(row + 7));
        }
    }

    void tokens() {
        const auto report = run("t.npy", Level::Token, Format::Npy);
        std::int64_t tokens = 0;
        for (const auto& document : corpus_->library->documents()) tokens += document.tokens;
        QCOMPARE(report.rows, tokens);
        const auto values = parse_npy(read(report.file)).floats();
        QCOMPARE(static_cast<std::int64_t>(values.size()), tokens * 384);
        for (const float value : values) QVERIFY(std::isfinite(value));
        const auto lines = read(report.file.string() + ".rows.jsonl").split('\n');
        const auto first = corpus_->library->documents().front();
        const auto text = corpus_->library->text(first.id).text;
        const auto word = [&](qsizetype line) {
            const auto row = Json::parse(lines[line].toStdString());
            const auto begin = row["start"].get<std::size_t>();
            return QString::fromStdString(text.substr(begin, row["end"].get<std::size_t>() - begin))
                .trimmed();
        };
        QCOMPARE(word(0), QStringLiteral("The"));
        QCOMPARE(word(1), QStringLiteral("lamp"));
    }

    void tokensStandOnPages() {
        const auto library =
            library::Library::open(corpus_->path("pages-library"), library::OpenMode::ReadWrite);
        const std::vector<std::filesystem::path> paths = {CORPUSCOPE_TEST_DATA "/documents/talk.pptx"};
        indexing::Indexer(*library, *corpus_->encoder, corpus_->tokenizer).add(paths, {});
        const auto pages = library->text(library->documents().front().id).pages;
        exporting::Options options;
        options.level = Level::Token;
        const auto report =
            exporting::export_vectors(*library, *corpus_->encoder, corpus_->path("pages.npy"), options);
        int last = 0;
        for (const auto& line : read(report.file.string() + ".rows.jsonl").split('\n')) {
            if (line.isEmpty()) continue;
            const auto row = Json::parse(line.toStdString());
            last = row["page"].get<int>();
            QVERIFY(last >= 1 && last <= static_cast<int>(pages.size()));
            QVERIFY(pages[static_cast<std::size_t>(last) - 1].contains(row["start"].get<std::int64_t>()));
        }
        QVERIFY(last > 1);
    }

    void nothingIsLeftOfAFailedExport() {
        const auto folder = QString::fromStdString(corpus_->path("cancelled").string());
        QVERIFY(QDir().mkpath(folder));
        for (const auto level : {Level::Passage, Level::Token}) {
            for (const auto format : {Format::Npy, Format::Npz, Format::Jsonl, Format::Parquet}) {
                Control control;
                control.cancel();
                exporting::Options options;
                options.level = level;
                options.format = format;
                options.control = &control;
                QVERIFY_EXCEPTION_THROWN(exporting::export_vectors(*corpus_->library, *corpus_->encoder,
                                                                   corpus_->path("cancelled/out"), options),
                                         Cancelled);
            }
        }
        QCOMPARE(QDir(folder).entryList(QDir::Files | QDir::Hidden), QStringList());
        QVERIFY_EXCEPTION_THROWN(run("no/folder/out.npy", Level::Passage, Format::Npy), std::runtime_error);
    }

    void aFullDiskIsNamedAsTheReason_data() {
        QTest::addColumn<int>("level");
        QTest::addColumn<int>("format");
        for (const auto level : {Level::Passage, Level::Token})
            for (const auto format :
                 {Format::Npy, Format::Npz, Format::Safetensors, Format::Jsonl, Format::Csv, Format::Parquet})
                QTest::addRow("%d %d", static_cast<int>(level), static_cast<int>(format))
                    << static_cast<int>(level) << static_cast<int>(format);
    }
    void aFullDiskIsNamedAsTheReason() {
        QFETCH(int, level);
        QFETCH(int, format);
        const auto folder = QString::fromStdString(corpus_->path("full").string());
        QVERIFY(QDir().mkpath(folder));
        QString reason;
        {
            const library::testing::FileSizeLimit limit(1000);
            try {
                run("full/out", static_cast<Level>(level), static_cast<Format>(format));
            } catch (const std::runtime_error& error) {
                reason = QString::fromUtf8(error.what());
            }
        }
        QVERIFY2(reason.startsWith(folder) && reason.endsWith("File too large"), qPrintable(reason));
        QCOMPARE(QDir(folder).entryList(QDir::Files | QDir::Hidden), QStringList());
    }

    void whatIsNoFileIsLeftAlone() {
        const auto pipe = corpus_->path("pipe");
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        QVERIFY_EXCEPTION_THROWN(run("pipe", Level::Passage, Format::Csv), std::runtime_error);
        QVERIFY(std::filesystem::is_fifo(pipe));
    }
};

QTEST_GUILESS_MAIN(TestExport)
#include "test_export.moc"
