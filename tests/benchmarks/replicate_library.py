#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Corpuscope authors
# SPDX-License-Identifier: Apache-2.0
"""Makes a large library out of a small one, for `corpuscope bench search --library TO`.

    replicate_library.py FROM TO PASSAGES

Copies the documents of FROM until there are PASSAGES. In every copy a passage is the first half of its text and the
second half of another, so that no two of the library say the same and words keep their frequencies. Its vectors are
the original's with noise that leaves a cosine of about 0.9. Needs numpy.
"""
import argparse
import os
import sqlite3
import zlib

import numpy

NOISE = 0.025  # of each of 384 dimensions; the vectors have length 1
KEPT_PARTS = (2, 3, 4, 5)  # blocks, pages, source map, sentences; the encoder's token ids are not searched


def noisy(blob, rows, dimension, random):
    """Int8 rows as engine/library/vector_codec.h describes them."""
    scales = numpy.frombuffer(blob, "<f4", rows)
    codes = numpy.frombuffer(blob, "i1", offset=4 * rows).reshape(rows, dimension)
    vectors = codes * scales[:, None] + random.standard_normal((rows, dimension), "f4") * numpy.float32(NOISE)
    codes = numpy.rint(vectors * (127 / numpy.abs(vectors).max(1, keepdims=True))).astype("i1")
    scales = (1 / numpy.sqrt((codes.astype("f4") ** 2).sum(1))).astype("<f4")
    return scales.tobytes() + codes.tobytes()


def mixed(text, other, size):
    """Half of each, `size` bytes of UTF-8 in all, as the ranges of the passage's sentences want it."""
    halves = text[: len(text) // 2] + other[len(other) // 2 :]
    return halves.encode()[:size].decode(errors="ignore").encode().ljust(size).decode()


def make_schema(connection):
    for (sql,) in connection.execute("SELECT sql FROM original.sqlite_schema WHERE sql IS NOT NULL AND "
                                     "name NOT LIKE 'sqlite_%' AND name NOT LIKE 'passage_words_%'").fetchall():
        connection.execute(sql)
    for pragma in ("application_id", "user_version"):
        value = connection.execute(f"PRAGMA original.{pragma}").fetchone()[0]
        connection.execute(f"PRAGMA main.{pragma} = {value}")
    connection.execute("INSERT INTO settings SELECT * FROM original.settings")


def copy_documents(connection, wanted):
    random = numpy.random.default_rng(1)
    columns = [column[1] for column in connection.execute("PRAGMA original.table_info(documents)")]
    documents = connection.execute("SELECT * FROM original.documents WHERE state = 2 ORDER BY id").fetchall()
    if not documents:
        raise SystemExit("there are no documents with vectors to copy")
    texts = [text for (text,) in connection.execute("SELECT text FROM original.passages ORDER BY id")]
    passages = copy = 0
    while passages < wanted:
        for row in documents:
            original, path = row[columns.index("id")], row[columns.index("path")]
            document = [{"id": None, "path": f"/copy {copy}{path}"}.get(name, value) for name, value in zip(columns, row)]
            marks = ",".join("?" * len(columns))
            new = connection.execute(f"INSERT INTO documents VALUES ({marks})", document).lastrowid
            for passage in connection.execute("SELECT * FROM original.passages WHERE document = ? ORDER BY id", (original,)).fetchall():
                text = mixed(passage[-1], texts[(passages * 7919) % len(texts)], passage[3] - passage[2])
                connection.execute("INSERT INTO passages VALUES (NULL,?,?,?,?,?,?,?,?,?,?)", (new, *passage[2:-1], text))
                passages += 1
            for part in KEPT_PARTS:
                connection.execute("INSERT INTO parts SELECT ?, part, checksum, data FROM original.parts "
                                   "WHERE document = ? AND part = ?", (new, original, part))
            for chunk in connection.execute("SELECT * FROM original.vectors WHERE document = ?", (original,)).fetchall():
                _, level, number, generation, dimension, rows, encoding, _, data = chunk
                if encoding == 1:
                    data = noisy(data, rows, dimension, random)
                connection.execute("INSERT INTO vectors VALUES (?,?,?,?,?,?,?,?,?)",
                                   (new, level, number, generation, dimension, rows, encoding, zlib.crc32(data), data))
            if passages >= wanted:
                return
        copy += 1


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("source", metavar="FROM")
    arguments.add_argument("target", metavar="TO")
    arguments.add_argument("passages", metavar="PASSAGES", type=int)
    options = arguments.parse_args()
    if os.path.exists(options.target):
        raise SystemExit(f"{options.target} is there already")
    connection = sqlite3.connect(options.target)
    connection.execute("PRAGMA page_size = 8192")
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("ATTACH ? AS original", (options.source,))
    make_schema(connection)
    copy_documents(connection, options.passages)
    connection.execute("INSERT INTO passage_words (passage_words) VALUES ('rebuild')")
    connection.execute("INSERT INTO passage_words (passage_words) VALUES ('optimize')")
    connection.commit()
    connection.close()


if __name__ == "__main__":
    main()
