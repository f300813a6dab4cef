#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Corpuscope authors
# SPDX-License-Identifier: Apache-2.0
"""Makes a corpus and a questions file for `corpuscope evaluate` from pairs of question and answering sentence.

    make_squad_corpus.py PAIRS.tsv FOLDER [--every N] [--sentences N]

PAIRS.tsv has a question, a tab and the sentence that answers it in each line, in the order of the articles that the
sentences come from (SQuAD 1.1 in that form, for example).  FOLDER/documents gets one text file for each 40 consecutive
distinct sentences, one a line; FOLDER/questions.jsonl every 5th question, its sentence as a regular expression and the
document that the sentence stands in.
"""
import argparse
import json
import pathlib
import re


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--every", type=int, default=5)
    parser.add_argument("--sentences", type=int, default=40)
    arguments = parser.parse_args()

    pairs = [line.split("\t") for line in arguments.pairs.read_text(encoding="utf-8").splitlines() if line]
    sentences = list(dict.fromkeys(sentence.strip() for _, sentence in pairs))
    documents = arguments.folder / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    place = {}
    for begin in range(0, len(sentences), arguments.sentences):
        name = f"{begin // arguments.sentences:03}.txt"
        part = sentences[begin:begin + arguments.sentences]
        (documents / name).write_text("\n".join(part) + "\n", encoding="utf-8")
        place.update((sentence, name) for sentence in part)

    with open(arguments.folder / "questions.jsonl", "w", encoding="utf-8") as out:
        for question, sentence in pairs[::arguments.every]:
            sentence = sentence.strip()
            line = {"question": question, "answers": [re.escape(sentence).replace("\\ ", " ")], "path": place[sentence]}
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
