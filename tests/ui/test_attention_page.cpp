// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "tests/ui/records.h"
#include "ui/attention/attention_page.h"
#include "ui/attention/cell_details.h"
#include "ui/attention/colour_map.h"
#include "ui/attention/heatmap_view.h"
#include "ui/models/text_store.h"
#include "ui/widgets/format.h"
#include "ui/widgets/theme.h"

using namespace corpuscope;
using namespace corpuscope::ui;

class TestAttentionPage : public QObject {
    Q_OBJECT

    static attention::AttentionMap map_of(int cells) {
        attention::AttentionMap map;
        for (int i = 0; i < cells; ++i) {
            map.cells.push_back(
                {DocumentId{1 + i / 4}, {i * 100, i * 100 + 100}, "cell " + std::to_string(i)});
        }
        map.weights.resize(static_cast<std::size_t>(cells * cells));
        for (int row = 0; row < cells; ++row) {
            for (int column = 0; column < cells; ++column) {
                const bool outside = std::abs(row - column) > cells / 2;
                map.weights[static_cast<std::size_t>(row * cells + column)] =
                    outside ? std::numeric_limits<float>::quiet_NaN()
                            : 1.0F / static_cast<float>(1 + std::abs(row - column));
            }
        }
        map.branches = {{256, 1}, {1024, 4}};
        return map;
    }

    static app::LibraryInfo info() {
        app::LibraryInfo made;
        made.layers = 6;
        made.heads = 12;
        made.documents = {record(1, "/c/one.html"), record(2, "/c/two.html")};
        made.counts.documents = made.counts.ready = 2;
        made.counts.tokens = 240;
        return made;
    }

 private slots:
    void lightnessRisesEvenly() {
        for (const bool dark : {false, true}) {
            const ColourMap map(dark);
            const double step =
                (ColourMap::lightness(map.colour(1)) - ColourMap::lightness(map.colour(0))) / 16;
            QVERIFY(std::abs(step) > 0.035);
            for (int i = 0; i < 16; ++i) {
                const double seen = ColourMap::lightness(map.colour((i + 1) / 16.0)) -
                                    ColourMap::lightness(map.colour(i / 16.0));
                QVERIFY2(std::abs(seen - step) < std::abs(step) * 0.25,
                         qPrintable(QString::number(seen / step)));
            }
        }
    }

    void clickOpensBothPlaces() {
        TextStore texts;
        AttentionPage page(texts);
        page.resize(800, 700);
        page.show();
        page.setLibrary(info());
        page.setJob(5);
        page.setMap(4, map_of(8));  // of a job that was replaced
        QVERIFY(!page.heatmap()->map());
        page.setMap(5, map_of(8));
        QSignalSpy opened(&page, &AttentionPage::placesOpened);
        HeatmapView* view = page.heatmap();
        QTest::mouseClick(view, Qt::LeftButton, {}, view->cellRect(1, 5).center().toPoint());
        QCOMPARE(opened.count(), 1);
        const auto from = opened[0][0].value<Place>(), to = opened[0][1].value<Place>();
        QCOMPARE(from.document, DocumentId{1});
        QCOMPARE(from.range, (ByteRange{100, 200}));
        QCOMPARE(from.path, QStringLiteral("/c/one.html"));
        QCOMPARE(to.document, DocumentId{2});
        QCOMPARE(to.range, (ByteRange{500, 600}));
    }

    void hoverShowsBothTextsAndTheValue() {
        TextStore texts;
        AttentionPage page(texts);
        page.resize(800, 700);
        page.show();
        page.setLibrary(info());
        page.setJob(1);
        page.setMap(1, map_of(8));
        HeatmapView* view = page.heatmap();
        QTest::mouseMove(view, view->cellRect(2, 3).center().toPoint());
        auto* details = page.findChild<CellDetails*>();
        QTRY_VERIFY(details->text().contains(QStringLiteral("cell 2")) &&
                    details->text().contains(QStringLiteral("cell 3")));
        QVERIFY(details->text().contains(Format::share(0.5)));
        QTest::mouseMove(view, view->cellRect(0, 7).center().toPoint());
        QTRY_VERIFY(details->text().contains(QStringLiteral("Outside")));
    }

    void draggingZoomsAndUndoGoesBack() {
        HeatmapView view;
        view.resize(700, 600);
        view.show();
        view.setMap(std::make_shared<attention::AttentionMap>(map_of(16)), {});
        QVERIFY(!view.canUndo());
        const QPoint from = view.cellRect(2, 4).center().toPoint(),
                     to = view.cellRect(6, 9).center().toPoint();
        QTest::mousePress(&view, Qt::LeftButton, {}, from);
        QMouseEvent move(QEvent::MouseMove, to, view.mapToGlobal(to), Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(&view, &move);
        QTest::mouseRelease(&view, Qt::LeftButton, {}, to);
        QCOMPARE(view.view(), QRect(4, 2, 6, 5));
        view.undo();
        QCOMPARE(view.view(), QRect(0, 0, 16, 16));
        QVERIFY(!view.canUndo());
    }

    void outsideThePatternIsNotNearZero() {
        for (const Appearance appearance : {Appearance::Light, Appearance::Dark}) {
            HeatmapView view;
            view.setPalette(palette_for(appearance));
            view.resize(700, 600);
            auto map = map_of(2);
            map.weights = {1.0F, std::numeric_limits<float>::quiet_NaN(), 1e-9F, 1.0F};
            view.setMap(std::make_shared<attention::AttentionMap>(map), {});
            const QImage picture = view.grab().toImage();
            const auto colours_in = [&](int row, int column) {
                const QRect cell = view.cellRect(row, column).toRect().adjusted(20, 20, -20, -20);
                QSet<QRgb> colours;
                for (int y = cell.top(); y < cell.top() + 24; ++y) {
                    for (int x = cell.left(); x < cell.left() + 24; ++x) colours.insert(picture.pixel(x, y));
                }
                return colours.size();
            };
            QVERIFY(colours_in(0, 1) > 1);  // hatched
            QCOMPARE(colours_in(1, 0), 1);  // one colour
        }
    }

    /// Colours, what was zoomed to, names and numbers: whoever saves wants what is before his eyes.
    void whatIsSavedIsWhatIsSeen() {
        const QTemporaryDir folder;
        TextStore texts;
        AttentionPage page(texts);
        page.resize(800, 700);
        page.show();
        page.setLibrary(info());
        page.compute();
        page.setJob(1);
        page.setMap(1, map_of(16));
        HeatmapView* view = page.heatmap();
        const auto saved = [&](const QString& name) {
            const QString file = folder.filePath(name);
            page.saveTo(file);
            return QTest::qWaitFor([&] { return QFile::exists(file); }) ? file : QString();
        };
        for (const Appearance appearance : {Appearance::Light, Appearance::Dark}) {
            page.setPalette(palette_for(appearance));
            view->zoomTo(QRect(4, 2, 6, 5));
            const QString name = QStringLiteral("map%1.png").arg(static_cast<int>(appearance));
            const QImage picture(saved(name)), screen = view->grab().toImage();
            QVERIFY(picture.width() >= 2 * view->width());
            const double scale = static_cast<double>(picture.width()) / screen.width();
            for (const auto& [row, column] : {std::pair{2, 4}, {2, 9}, {6, 4}, {4, 6}, {3, 3}}) {
                if (!view->view().contains(column, row)) continue;
                const QPointF centre = view->cellRect(row, column).center();
                QCOMPARE(picture.pixelColor((centre * scale).toPoint()), screen.pixelColor(centre.toPoint()));
            }
            QCOMPARE(picture.pixelColor(2, 2), page.palette().color(QPalette::Window));
            view->undo();
        }
        QCOMPARE(page.caption(),
                 QStringLiteral("Whole corpus · Passages · Layer 1 · All heads · All branches"));

        view->zoomTo(QRect(4, 2, 6, 5));
        QFile numbers(saved(QStringLiteral("map.npz")));
        QVERIFY(numbers.open(QIODevice::ReadOnly));
        const QByteArray bytes = numbers.readAll();
        const qsizetype shape = bytes.indexOf("'shape': (5, 6)");
        QVERIFY(shape > 0);
        std::array<float, 30> weights{};
        std::memcpy(weights.data(), bytes.constData() + bytes.indexOf('\n', shape) + 1, sizeof weights);
        for (int row = 0; row < 5; ++row)
            for (int column = 0; column < 6; ++column)
                QCOMPARE(weights[static_cast<std::size_t>(row * 6 + column)],
                         weight_at(*view->map(), row + 2, column + 4));
        QVERIFY(bytes.contains("column_document.npy"));

        QSignalSpy failed(&page, &AttentionPage::failed);
        page.saveTo(folder.filePath(QStringLiteral("map.jpg")));
        QVERIFY(failed.wait());
        QVERIFY(failed[0][1].toString().contains(QStringLiteral("map.jpg")));
    }

    void linesBetweenManyDocumentsLeaveTheMapInSight() {
        const auto drawn = [](int cells, bool named) {
            HeatmapView view;
            view.resize(700, 600);
            QStringList documents;
            for (int i = 0; i < cells; ++i) documents << (named ? QString::number(i) : QStringLiteral("0"));
            view.setMap(std::make_shared<attention::AttentionMap>(map_of(cells)), documents);
            const QRectF first = view.cellRect(0, 0), last = view.cellRect(cells - 1, cells - 1);
            return view.grab(first.united(last).toAlignedRect().adjusted(2, 2, -2, -2)).toImage();
        };
        QVERIFY(drawn(8, true) != drawn(8, false));
        QCOMPARE(drawn(200, true), drawn(200, false));
    }

    void keyboardOnTheMapIsSeen() {
        QWidget page;
        QVBoxLayout column(&page);
        QLineEdit field;
        HeatmapView view;
        column.addWidget(&field);
        column.addWidget(&view);
        page.resize(700, 700);
        view.setMap(std::make_shared<attention::AttentionMap>(map_of(8)), {});
        page.show();
        page.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&page));
        field.setFocus();
        const QRectF corner = view.cellRect(7, 7);
        const auto edge = [&] {
            return view.grab().toImage().pixelColor(
                QPointF(corner.right() + 1, corner.center().y()).toPoint());
        };
        const QColor accent = colours_of(view.palette()).accent;
        QVERIFY(edge() != accent);
        QTest::keyClick(&field, Qt::Key_Tab);
        QVERIFY(view.hasFocus());
        QCOMPARE(edge(), accent);
        QCOMPARE(view.current(), QPoint(0, 0));
        QSignalSpy opened(&view, &HeatmapView::opened);
        QTest::keyClick(&view, Qt::Key_Right);
        QTest::keyClick(&view, Qt::Key_Down);
        QTest::keyClick(&view, Qt::Key_Return);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][0].toInt(), 1);
        QCOMPARE(opened[0][1].toInt(), 1);
    }

    void pickersMakeTheRequest() {
        TextStore texts;
        AttentionPage page(texts);
        page.setLibrary(info());
        page.setSelection({DocumentId{2}}, QStringLiteral("two.html"));
        QSignalSpy requests(&page, &AttentionPage::mapRequested);
        const auto combos = page.findChildren<QComboBox*>();
        for (QComboBox* box : combos) {
            if (box->accessibleName() == QStringLiteral("Layer")) box->setCurrentIndex(3);
            if (box->accessibleName() == QStringLiteral("Head")) box->setCurrentIndex(2);
        }
        page.compute(true);
        QCOMPARE(requests.count(), 1);
        const auto request = requests[0][0].value<attention::MapRequest>();
        QCOMPARE(request.layer, 3);
        QCOMPARE(request.head, 1);
        QCOMPARE(request.branch, attention::kAll);
        QCOMPARE(request.documents, std::vector<DocumentId>{DocumentId{2}});
    }

    /// What is finer is what is looked at, whatever was selected since.
    void finerIsOfTheMapThatIsShown() {
        TextStore texts;
        AttentionPage page(texts);
        page.resize(800, 700);
        page.show();
        app::LibraryInfo library = info();
        for (auto& record : library.documents) record.units = 500, record.passages = 500;
        page.setLibrary(library);
        page.setSelection({DocumentId{2}}, QStringLiteral("two.html"));
        QSignalSpy requests(&page, &AttentionPage::mapRequested);
        page.compute(true);
        page.setJob(1);
        page.setMap(1, map_of(16));
        page.setSelection({DocumentId{1}}, QStringLiteral("one.html"));
        const auto labels = page.findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
            return label->text().contains(QStringLiteral("something else"));
        }));
        page.heatmap()->zoomTo(QRect(4, 4, 8, 8));
        QToolButton* finer = nullptr;
        for (QToolButton* button : page.findChildren<QToolButton*>())
            if (button->text() == QStringLiteral("Finer")) finer = button;
        QVERIFY(finer != nullptr && finer->isEnabled());
        finer->click();
        QCOMPARE(requests.count(), 2);
        const auto request = requests[1][0].value<attention::MapRequest>();
        QCOMPARE(request.documents, std::vector<DocumentId>{DocumentId{2}});
        QCOMPARE(request.from, std::int64_t{500 * 4 / 16});
        QCOMPARE(request.to, std::int64_t{500 * 12 / 16});
    }
};

QTEST_MAIN(TestAttentionPage)
#include "test_attention_page.moc"
