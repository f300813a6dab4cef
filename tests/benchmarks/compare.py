#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Corpuscope authors
# SPDX-License-Identifier: Apache-2.0
"""Times Corpuscope against its peers on this machine, in turn, and prints ratios.

    tests/benchmarks/compare.py [--corpuscope build/release/bin/corpuscope] [--tokens 32768] [--threads 2] [--rounds 3]

The peers run the same encoder (6 layers, width 384, 12 heads) on chunks of 256 tokens, and dense attention on one long
sequence. They come from PyPI into a virtual environment that this program makes (--venv). Weights are random: the time
does not depend on them. A peer that cannot be installed or run is named with the reason, and the others go on.
"""
import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

PACKAGES = {
    "torch": ["torch", "numpy"],
    "onnxruntime": ["onnxruntime", "onnx", "numpy"],
    "ctranslate2": ["ctranslate2", "transformers", "torch", "numpy"],
}
PEERS = [  # name, package, how it runs
    ("torch float32", "torch", ["encoder-torch", "float32"]),
    ("torch bf16", "torch", ["encoder-torch", "bfloat16"]),
    ("ONNX Runtime float32", "onnxruntime", ["encoder-onnxruntime", "float32"]),
    ("ONNX Runtime int8", "onnxruntime", ["encoder-onnxruntime", "int8"]),
    ("CTranslate2 int8", "ctranslate2", ["encoder-ctranslate2", "int8"]),
]
LENGTHS = [2048, 8192, 32768]


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
    try:
        return json.loads(done.stdout.strip().splitlines()[-1] if "\n{" not in done.stdout else done.stdout), ""
    except (ValueError, IndexError):
        return (json.loads(done.stdout), "") if done.stdout.strip().startswith("{") else (None, "printed no JSON")


class Table:
    """Best rate of each contestant over the rounds."""

    def __init__(self):
        self.best: dict[str, float] = {}
        self.reasons: dict[str, str] = {}

    def add(self, name: str, result: dict | None, reason: str) -> None:
        if result is None:
            self.reasons[name] = reason
        else:
            self.best[name] = max(self.best.get(name, 0.0), result["tokens_per_second"])

    def show(self, title: str, ours: str) -> None:
        print(f"\n{title}")
        for name, rate in sorted(self.best.items(), key=lambda item: -item[1]):
            ratio = f"  Corpuscope is {self.best[ours] / rate:.2f} times as fast" if ours in self.best and name != ours else ""
            print(f"  {name:32s} {rate:12,.0f} tokens/s{ratio}")
        for name, reason in self.reasons.items():
            if name not in self.best:
                print(f"  {name:32s} not measured: {reason}")


def compare(arguments) -> int:
    venv = Path(arguments.venv)
    missing = {package: install(venv, package) for package in dict.fromkeys(p for _, p, _ in PEERS)}
    python, threads = str(venv / "bin" / "python"), arguments.threads
    ours = [arguments.corpuscope, "bench"]
    encoders, attention = Table(), {length: Table() for length in LENGTHS}
    for _ in range(arguments.rounds):
        encoders.add("Corpuscope", *run_json(
            [*ours, "encode", "--tokens", str(arguments.tokens), "--threads", str(threads), "--json"], threads))
        for name, package, how in PEERS:
            result, reason = (None, missing[package]) if missing[package] else run_json(
                [python, __file__, "--child", *how, str(arguments.tokens), str(threads)], threads)
            encoders.add(name, result, reason)
        for length, table in attention.items():
            table.add("Corpuscope", *run_json([*ours, "attention", "--tokens", str(length), "--threads", str(threads),
                                               "--no-projections", "--json"], threads))
            result, reason = (None, missing["torch"]) if missing["torch"] else run_json(
                [python, __file__, "--child", "attention-torch", "float32", str(length), str(threads)], threads)
            table.add("torch dense attention", result, reason)
    encoders.show(f"Encoder, {arguments.tokens:,} tokens, {threads} threads (Corpuscope: one sequence; peers: chunks of 256)",
                  "Corpuscope")
    for length, table in attention.items():
        table.show(f"Attention of one layer without projections, {length:,} tokens", "Corpuscope")
    return 0 if "Corpuscope" in encoders.best else 1


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
    parser.add_argument("--venv", default=str(Path.home() / ".cache" / "corpuscope" / "peers"))
    return compare(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
