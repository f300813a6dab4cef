// SPDX-FileCopyrightText: 2026 The Corpuscope authors
// SPDX-License-Identifier: Apache-2.0
//
// Running the program as a user would, on a small folder of documents.
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

namespace corpuscope::tests {

struct Outcome {
    int code = -1;  ///< exit code; -1: crashed or did not end
    QByteArray out, error;
    QJsonObject json() const;  ///< of the whole output
    QList<QJsonObject> json_lines() const;
};

/// Starts `program` with a library of its own.
class Program {
 public:
    Program(QString program, QString library) : program_(std::move(program)), library_(std::move(library)) {}
    Outcome run(const QStringList& arguments, const QByteArray& input = {}) const;
    void start(QProcess& process, const QStringList& arguments) const;

 private:
    QString program_, library_;
};

void write_file(const QString& path, const QByteArray& content);

/// Three documents on three subjects: lighthouse.txt, harbour.md, deep/engine.html.
void write_documents(const QString& folder);

/// A document of this many different sentences.
QByteArray long_text(int sentences);

}  // namespace corpuscope::tests
