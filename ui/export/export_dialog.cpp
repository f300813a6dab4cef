// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/export/export_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/widgets/file_dialog.h"
#include "ui/widgets/format.h"
#include "ui/widgets/literal_text.h"
#include "ui/widgets/long_words.h"
#include "ui/widgets/theme.h"

namespace corpuscope::ui {
namespace {

using exporting::ElementType;
using exporting::Level;

struct FormatChoice {
    exporting::Format format;
    const char* suffix;
    const char* text;
};

constexpr FormatChoice kFormats[] = {
    {exporting::Format::Npy, "npy", QT_TRANSLATE_NOOP("corpuscope::ui::ExportDialog", "NumPy array (.npy)")},
    {exporting::Format::Npz, "npz",
     QT_TRANSLATE_NOOP("corpuscope::ui::ExportDialog", "NumPy archive (.npz)")},
    {exporting::Format::Safetensors, "safetensors",
     QT_TRANSLATE_NOOP("corpuscope::ui::ExportDialog", "Safetensors (.safetensors)")},
    {exporting::Format::Jsonl, "jsonl",
     QT_TRANSLATE_NOOP("corpuscope::ui::ExportDialog", "JSON lines (.jsonl)")},
    {exporting::Format::Csv, "csv",
     QT_TRANSLATE_NOOP("corpuscope::ui::ExportDialog", "Comma-separated (.csv)")},
    {exporting::Format::Tsv, "tsv",
     QT_TRANSLATE_NOOP("corpuscope::ui::ExportDialog", "Tab-separated (.tsv)")},
    {exporting::Format::Parquet, "parquet",
     QT_TRANSLATE_NOOP("corpuscope::ui::ExportDialog", "Apache Parquet (.parquet)")},
};

/// Of kFormats; -1: the file's name ends in none of them.
int format_of(const QString& file) {
    const QString suffix = QFileInfo(file).suffix();
    for (int i = 0; i < static_cast<int>(std::size(kFormats)); ++i)
        if (suffix.compare(QLatin1String(kFormats[i].suffix), Qt::CaseInsensitive) == 0) return i;
    return -1;
}

}  // namespace

ExportDialog::ExportDialog(QWidget* parent)
    : QDialog(parent),
      level_(new QComboBox(this)),
      format_(new QComboBox(this)),
      element_(new QComboBox(this)),
      path_(new QLineEdit(this)),
      browse_(new QPushButton(tr("&Browse …"), this)),
      start_(new QPushButton(tr("&Export"), this)),
      close_(new QPushButton(tr("&Close"), this)),
      progress_(new QProgressBar(this)),
      message_(new QLabel(this)) {
    setObjectName(QStringLiteral("exportDialog"));
    setWindowTitle(tr("Export vectors"));
    level_->addItem(tr("Documents"), static_cast<int>(Level::Document));
    level_->addItem(tr("Passages"), static_cast<int>(Level::Passage));
    level_->addItem(tr("Tokens"), static_cast<int>(Level::Token));
    level_->setCurrentIndex(1);
    for (const FormatChoice& choice : kFormats)
        format_->addItem(tr(choice.text), static_cast<int>(choice.format));
    element_->addItem(tr("32-bit float"), static_cast<int>(ElementType::F32));
    element_->addItem(tr("16-bit float"), static_cast<int>(ElementType::F16));
    path_->setText(FileDialog::folderForNewFiles() + QStringLiteral("/vectors.npy"));
    path_->setAccessibleName(tr("File to write"));
    progress_->setRange(0, 1000);
    progress_->setFormat(QStringLiteral("%p %"));
    message_->setWordWrap(true);
    message_->setTextFormat(Qt::PlainText);
    message_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    message_->setMinimumHeight(message_->fontMetrics().height() * 3);
    message_->setAlignment(Qt::AlignTop | Qt::AlignLeft);

    auto* form = new QFormLayout;
    form->setHorizontalSpacing(kGrid * 2);
    form->setVerticalSpacing(kGrid);
    form->addRow(tr("One &row for each"), level_);
    form->addRow(tr("&Format"), format_);
    form->addRow(tr("&Numbers"), element_);
    auto* file_row = new QHBoxLayout;
    file_row->setSpacing(kGrid);
    file_row->addWidget(path_, 1);
    file_row->addWidget(browse_);
    auto* file_label = new QLabel(tr("Fi&le"), this);
    file_label->setBuddy(path_);
    form->addRow(file_label, file_row);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(kGrid);
    buttons->addStretch();
    buttons->addWidget(close_);
    buttons->addWidget(start_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(kGrid * 2, kGrid * 2, kGrid * 2, kGrid * 2);
    layout->setSpacing(kGrid * 2);
    layout->addLayout(form);
    layout->addWidget(message_, 1);
    layout->addWidget(progress_);
    layout->addLayout(buttons);
    start_->setDefault(true);
    setMinimumWidth(kGrid * 64);

    connect(browse_, &QPushButton::clicked, this, &ExportDialog::choose);
    connect(close_, &QPushButton::clicked, this, &ExportDialog::close_or_cancel);
    connect(path_, &QLineEdit::textEdited, this, &ExportDialog::name_changed);
    connect(level_, &QComboBox::activated, this, &ExportDialog::changed);
    connect(format_, &QComboBox::activated, this, &ExportDialog::changed);
    connect(start_, &QPushButton::clicked, this, [this] {
        path_->setText(file());  // where it is written, whatever was typed
        emit exportRequested(file(), options());
    });
    set_running(false);
    changed();
}

void ExportDialog::setCounts(const library::Counts& counts) {
    const bool same = counts.ready == counts_.ready && counts.passages == counts_.passages &&
                      counts.tokens == counts_.tokens;
    counts_ = counts;
    if (!same) show_rows();
}

QString ExportDialog::suffix() const { return QString::fromLatin1(kFormats[format_->currentIndex()].suffix); }

exporting::Options ExportDialog::options() const {
    exporting::Options options;
    options.level = static_cast<Level>(level_->currentData().toInt());
    options.format = static_cast<exporting::Format>(format_->currentData().toInt());
    options.element = static_cast<ElementType>(element_->currentData().toInt());
    return options;
}

QString ExportDialog::file() const {
    QString name = path_->text().trimmed();
    if (name.isEmpty()) return name;
    if (name == QStringLiteral("~") || name.startsWith(QStringLiteral("~/")))
        name.replace(0, 1, QDir::homePath());
    return QDir::cleanPath(QDir(FileDialog::folderForNewFiles()).absoluteFilePath(name));
}

void ExportDialog::setFile(const QString& file) {
    path_->setText(file);
    show_rows();
}
QString ExportDialog::message() const { return message_->text().remove(QChar(0x200b)); }

void ExportDialog::say(const QString& text) {
    QStringList lines = text.split(u'\n');
    for (QString& line : lines) line = literal(line);
    message_->setText(breakable(lines.join(u'\n')));
}

void ExportDialog::showEvent(QShowEvent* event) {
    QDialog::showEvent(event);
    show_rows();  // files and folders come and go
}

void ExportDialog::changed() {
    QString file = path_->text();
    // "vectors.v2" has no ending to take away.
    if (format_of(file) >= 0) file.chop(QFileInfo(file).suffix().size() + 1);
    if (!file.isEmpty()) path_->setText(file + u'.' + suffix());
    show_rows();
}

void ExportDialog::name_changed() {
    if (const int format = format_of(path_->text()); format >= 0) format_->setCurrentIndex(format);
    show_rows();
}

void ExportDialog::show_rows() {
    const Level level = options().level;
    const std::int64_t rows = level == Level::Document  ? counts_.ready
                              : level == Level::Passage ? counts_.passages
                                                        : counts_.tokens;
    if (job_ != 0) return;
    QString text = tr("%1 rows. A manifest beside the file says what each row is.").arg(Format::count(rows));
    const QFileInfo target(file());
    const QFileInfo folder(target.path());
    bool possible = rows > 0 && !file().isEmpty();
    if (possible && !folder.isDir()) {
        text += u'\n' + tr("There is no folder %1.").arg(folder.filePath());
        possible = false;
    } else if (possible && target.isDir()) {
        text += u'\n' + tr("%1 is a folder.").arg(target.filePath());
        possible = false;
    } else if (possible && target.exists()) {
        text += u'\n' + tr("The file exists and will be replaced.");
    }
    say(text);
    start_->setEnabled(possible);
}

void ExportDialog::choose() {
    const QString file = FileDialog::save(this, tr("Export vectors to"), path_->text());
    if (file.isEmpty()) return;
    path_->setText(file);
    name_changed();
    changed();
}

void ExportDialog::set_running(bool running) {
    for (QWidget* widget :
         std::initializer_list<QWidget*>{level_, format_, element_, path_, browse_, start_}) {
        widget->setEnabled(!running);
    }
    progress_->setVisible(running);
    close_->setEnabled(true);
    close_->setText(running ? tr("&Cancel") : tr("&Close"));
}

void ExportDialog::close_or_cancel() {
    if (job_ == 0) {
        close();
        return;
    }
    cancelled_ = true;
    close_->setEnabled(false);
    emit cancelRequested(job_);
}

void ExportDialog::setJob(app::JobId job) {
    job_ = job;
    cancelled_ = false;
    progress_->setValue(0);
    set_running(true);
    say(tr("Writing %1 …").arg(file()));
}

void ExportDialog::setProgress(app::JobId job, double fraction) {
    if (job == job_) progress_->setValue(static_cast<int>(fraction * 1000));
}

void ExportDialog::setExported(app::JobId job, const exporting::Report& report) {
    if (job != job_) return;
    job_ = 0;
    set_running(false);
    say(tr("Wrote %1 rows of %2 numbers to %3, described in %4.")
            .arg(Format::count(report.rows), Format::count(report.dimension),
                 QString::fromStdString(report.file.string()),
                 QString::fromStdString(report.manifest.filename().string())));
}

bool ExportDialog::setFailed(app::JobId job, const QString& reason) {
    if (job != job_ || job == 0) return false;
    job_ = 0;
    set_running(false);
    say(cancelled_ ? tr("The export was stopped; nothing was written.")
                   : tr("The vectors could not be exported: %1").arg(reason));
    return true;
}

}  // namespace corpuscope::ui
