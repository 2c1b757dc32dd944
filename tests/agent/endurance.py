# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Days in a minute: 10 000 intervals without growth, 100 000 lines for a reader that is too slow."""
import json
import os
import subprocess
import tempfile
import time

from agent import Agent, CTSCOPE, ok, run_tests, same, until

KIB = 1024
INTERVALS = 10_000
LINES = 100_000


def faster(folder):
    """An environment in which time jumps instead of passing."""
    library = os.path.join(folder, "faster.so")
    here = os.path.dirname(__file__)
    subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", library,
                    os.path.join(here, "faster.c")], check=True)
    return {**os.environ, "LD_PRELOAD": library}


def no_growth():
    with tempfile.TemporaryDirectory() as folder:
        stream = os.path.join(folder, "stream")
        subprocess.run([CTSCOPE, "agent", "--no-bpf", "-i", "100ms", "-n", str(INTERVALS), "--listen", "none", "-o", stream],
                       env=faster(folder), stderr=subprocess.DEVNULL, check=True, timeout=400)
        with open(stream, encoding="utf-8") as file:
            records = [json.loads(line) for line in file]
    reports = [r for r in records if r["event"] == "report"]
    same("10 000 intervals", len(reports), INTERVALS)
    ran = records[-1]["run_seconds"]
    ok("of a tenth of a second each", 0.99 * INTERVALS / 10 <= ran <= 1.05 * INTERVALS / 10, ran)
    early = max(r["self"]["rss_bytes"] for r in reports[:INTERVALS // 10])
    late = max(r["self"]["rss_bytes"] for r in reports)
    ok("memory does not grow", late - early <= 256 * KIB, f"{early} to {late}")
    ok("resident memory is below 24 MB", late < 24_000_000, late)


def no_growth_by_scrapes():
    paths = ["/", "/metrics", "/v1/report", "/v1/history", "/v1/history?seconds=9", "/healthz", "/readyz", "/none"]
    with Agent("-i", "100ms") as agent:
        def scrape(rounds):
            for i in range(rounds):
                for path in paths:
                    agent.request(path, Accept_Encoding="gzip" if i % 2 else "identity")
        scrape(30)
        before, fds = agent.rss(), agent.fds()
        scrape(120)
        ok("960 requests: memory does not grow", agent.rss() - before <= 512 * KIB, f"{before} to {agent.rss()}")
        ok("nor open files", until(60, lambda: agent.fds() <= fds + 1), f"{fds} to {agent.fds()}")


def slow_pipe():
    """The reader takes a page at a time, and rests; the agent does not wait for it."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen([CTSCOPE, "agent", "--no-bpf", "-i", "100ms", "-n", str(LINES), "--listen", "none"],
                                   env=faster(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        os.set_blocking(process.stderr.fileno(), False)
        taken, rest = [], b""
        while chunk := os.read(process.stdout.fileno(), 65536):
            *lines, rest = (rest + chunk).split(b"\n")
            taken += lines
            if process.poll() is None and b'"event":"stop"' not in chunk:
                time.sleep(0.1)
        status = process.wait(60)
    same("it ends well", status, 0)
    same("no half line at the end", rest, b"")
    bad = 0
    records = []
    for line in taken:
        try:
            records.append(json.loads(line))
        except ValueError:
            bad += 1
    same("no malformed line", bad, 0)
    seqs = [r["seq"] for r in records if r["event"] == "report"]
    ok("reports in order, none twice", all(a < b for a, b in zip(seqs, seqs[1:])))
    missing = LINES - len(seqs)
    ok("the reader was too slow for all of them", missing > 0, missing)
    stop = records[-1]
    same("the last line is the end", stop["event"], "stop")
    same("every report was made", stop["reports"], LINES)
    # Each interval with losses adds a `lost` record, which may be lost as well.
    told = sum(r["event"] == "lost" for r in records)
    ok("every lost line is counted", missing <= stop["lost"]["records"] <= 2 * LINES - len(seqs) - told,
       f"{missing} missing, {stop['lost']['records']} counted")
    last = [r for r in records if r["event"] == "lost"][-1]
    ok("losses are told in the stream, with their cure", last["records"] > 0 and "faster" in last["cure"], last)


run_tests(no_growth, no_growth_by_scrapes, slow_pipe)
