#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Corpuscope authors
# SPDX-License-Identifier: Apache-2.0
"""Times Corpuscope against its peers on this machine, in turn, and prints ratios.

    tests/benchmarks/compare.py [--corpuscope build/release/bin/corpuscope] [--tokens 32768] [--threads 2] [--rounds 3] [--out FILE.md]

The peers run the same encoder (6 layers, width 384, 12 heads) on chunks of 256 tokens, all of which count, and dense
attention on one long sequence. Of Corpuscope only the tokens of the text count, not the [CLS] and [SEP] of its units. They come from PyPI into a virtual environment that this program makes (--venv). Weights are random: the time
does not depend on them. A peer that cannot be installed or run is named with the reason, and the others go on.
"""
import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

PACKAGES = {
    "torch": ["torch", "numpy"],
    "onnxruntime": ["onnxruntime", "onnx", "numpy"],
    "ctranslate2": ["ctranslate2", "transformers<5", "torch", "numpy"],
}
PEERS = [  # name, package, how it runs
    ("torch float32", "torch", ["encoder-torch", "float32"]),
    ("torch bf16", "torch", ["encoder-torch", "bfloat16"]),
    ("ONNX Runtime float32", "onnxruntime", ["encoder-onnxruntime", "float32"]),
    ("ONNX Runtime int8", "onnxruntime", ["encoder-onnxruntime", "int8"]),
    ("CTranslate2 int8", "ctranslate2", ["encoder-ctranslate2", "int8"]),
]
LENGTHS = [2048, 8192, 32768]
OURS = "Corpuscope"


def install(venv: Path, package: str) -> str | None:
    """Makes the environment and installs what a peer needs; returns why it could not."""
    python = venv / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    done = subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES[package]], capture_output=True, text=True)
    return None if done.returncode == 0 else last_line(done.stderr)


def last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "no message"


def environment(threads: int) -> dict:
    return {**os.environ, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}


def run_json(command: list, threads: int) -> tuple[dict | None, str]:
    done = subprocess.run(command, capture_output=True, text=True, env=environment(threads))
    if done.returncode != 0:
        return None, last_line(done.stderr)
    begin = done.stdout.find("{")
    try:
        return json.loads(done.stdout[begin:]), ""
    except ValueError:
        return None, "printed no JSON"


class Table:
    """Rates of the contestants, one a round; a contestant's ratio is the median of those within the rounds."""

    def __init__(self, title: str):
        self.title = title
        self.rates: dict[str, list[float]] = {}
        self.reasons: dict[str, str] = {}

    def add(self, name: str, result: dict | None, reason: str) -> None:
        if result is None:
            self.reasons[name] = reason
        else:
            self.rates.setdefault(name, []).append(result["tokens_per_second"])

    def ratios(self, name: str) -> list[float]:
        return [ours / theirs for ours, theirs in zip(self.rates.get(OURS, []), self.rates[name])]

    def lines(self) -> list[str]:
        lines = [f"### {self.title}", "", "| | tokens/s, median | Corpuscope / it, median | lowest - highest |", "|---|---|---|---|"]
        for name, rates in sorted(self.rates.items(), key=lambda item: -statistics.median(item[1])):
            ratios = self.ratios(name)
            shown = f"**{statistics.median(ratios):.2f}** | {min(ratios):.2f} - {max(ratios):.2f}" if name != OURS and ratios else " | "
            lines.append(f"| {name} | {statistics.median(rates):,.0f} | {shown} |")
        lines += [f"| {name} | not measured: {reason} | | |" for name, reason in self.reasons.items() if name not in self.rates]
        return lines + [""]


def header(arguments) -> list[str]:
    git = subprocess.run(["git", "-C", str(Path(__file__).parent), "log", "-1", "--format=%h of %cs"], capture_output=True, text=True)
    return ["# Corpuscope against its peers", "",
            f"Made by `tests/benchmarks/compare.py`: {arguments.rounds} rounds in which every contestant runs once, in turn, "
            f"on {arguments.threads} threads. Ratios are taken within a round.", "",
            f"Processor: {processor()}. Commit {git.stdout.strip() or 'unknown'}. Measured {datetime.date.today()}.", ""]


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return f"{line.split(':', 1)[1].strip()}, {os.cpu_count()} cores"
    return platform.processor() or "unknown"


def compare(arguments) -> int:
    venv = Path(arguments.venv)
    missing = {package: install(venv, package) for package in dict.fromkeys(p for _, p, _ in PEERS)}
    python, threads = str(venv / "bin" / "python"), arguments.threads
    ours = [arguments.corpuscope, "bench"]
    encoders = Table(f"The encoder over {arguments.tokens:,} tokens")
    attention = {length: Table(f"Attention of one layer without projections, {length:,} tokens") for length in LENGTHS}
    layer = Table("One layer of dilated attention with projections, 131,072 tokens")

    def run_ours(table: Table, *more: str) -> None:
        table.add(OURS, *run_json([*ours, *more, "--threads", str(threads), "--json"], threads))

    def run_peer(table: Table, name: str, package: str, how: list, tokens: int) -> None:
        table.add(name, *((None, missing[package]) if missing[package] else run_json(
            [python, __file__, "--child", *how, str(tokens), str(threads)], threads)))

    for _ in range(arguments.rounds):
        run_ours(encoders, "encode", "--tokens", str(arguments.tokens))
        for name, package, how in PEERS:
            run_peer(encoders, name, package, how, arguments.tokens)
        for length, table in attention.items():
            run_ours(table, "attention", "--tokens", str(length), "--no-projections")
            run_peer(table, "torch dense attention", "torch", ["attention-torch", "float32"], length)
        run_ours(layer, "attention", "--tokens", "131072")
    text = "\n".join(line for part in (header(arguments), *(t.lines() for t in (encoders, *attention.values(), layer))) for line in part)
    print(text)
    if arguments.out:
        Path(arguments.out).write_text(text)
    return 0 if OURS in encoders.rates else 1


def main() -> int:
    if sys.argv[1:2] == ["--child"]:
        from compare_peers import run_peer

        kind, dtype, tokens, threads = sys.argv[2:6]
        print(json.dumps(run_peer(kind, dtype, int(tokens), int(threads))))
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpuscope", default="build/release/bin/corpuscope")
    parser.add_argument("--tokens", type=int, default=32768)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", help="file for the tables, in Markdown")
    parser.add_argument("--venv", default=str(Path.home() / ".cache" / "corpuscope" / "peers"))
    return compare(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
