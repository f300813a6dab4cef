// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/app/program.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QProcessEnvironment>

namespace corpuscope::tests {
namespace {

constexpr int kPatienceMs = 120000;

}  // namespace

QJsonObject Outcome::json() const { return QJsonDocument::fromJson(out).object(); }

QList<QJsonObject> Outcome::json_lines() const {
    QList<QJsonObject> objects;
    for (const auto& line : out.split('\n'))
        if (!line.isEmpty()) objects.push_back(QJsonDocument::fromJson(line).object());
    return objects;
}

void Program::start(QProcess& process, const QStringList& arguments) const {
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("CORPUSCOPE_LIBRARY"), library_);
    environment.remove(QStringLiteral("DISPLAY"));
    environment.remove(QStringLiteral("QT_QPA_PLATFORM"));
    process.setProcessEnvironment(environment);
    process.start(program_, arguments);
}

Outcome Program::run(const QStringList& arguments, const QByteArray& input) const {
    QProcess process;
    start(process, arguments);
    process.write(input);
    process.closeWriteChannel();
    Outcome outcome;
    if (process.waitForFinished(kPatienceMs) && process.exitStatus() == QProcess::NormalExit)
        outcome.code = process.exitCode();
    outcome.out = process.readAllStandardOutput();
    outcome.error = process.readAllStandardError();
    return outcome;
}

void write_file(const QString& path, const QByteArray& content) {
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("%s: %s", qPrintable(path), qPrintable(file.errorString()));
}

void write_documents(const QString& folder) {
    write_file(
        folder + QStringLiteral("/lighthouse.txt"),
        "The lamp of the lighthouse burns colza oil. It is lit at dusk and trimmed twice before midnight.\n\n"
        "In fog the keeper rings the bell by hand every two minutes. The hammer of the bell is cracked.\n");
    write_file(folder + QStringLiteral("/harbour.md"),
               "# Harbour rules\n\nShips pay a due of three shillings for every ton of coal.\n\n"
               "## Pilots\n\nA pilot must be taken on board by every vessel longer than forty feet.\n");
    write_file(folder + QStringLiteral("/deep/engine.html"),
               "<html><head><title>The engine</title></head><body><h1>The engine</h1><p>The boiler is "
               "inspected in March. "
               "Its pressure must never exceed ninety pounds.</p></body></html>");
}

QByteArray long_text(int sentences) {
    QByteArray text;
    for (int i = 0; i < sentences; ++i)
        text += "Entry " + QByteArray::number(i) +
                " of the log says that the wind came from the south and that " +
                QByteArray::number(i * 7 % 100) + " barrels of oil were left in the store.\n";
    return text;
}

}  // namespace corpuscope::tests
