# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""An agent to test, and the words a test result is told in.

    with Agent("-i", "1s") as agent: agent.get("/metrics") ... agent.records()
"""
import gzip
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

BUILD = os.environ.get("BUILD", "build")
CTSCOPE = os.environ.get("CTSCOPE", os.path.join(BUILD, "ctscope"))


def ok(name, holds, why=""):
    print(("ok - " if holds else "not ok - ") + name + ("" if holds or why == "" else f": {why}"), flush=True)
    return holds


def same(name, got, want):
    return ok(name, got == want, f"got {got!r}, want {want!r}")


class Skip(Exception):
    """What the test needs is proven not to be there."""


def run_tests(*tests):
    """Each test by itself: one that breaks is a failure, and the others still run."""
    for test in tests:
        try:
            test()
        except Skip as why:
            print(f"skip - {test.__name__.replace('_', ' ')}: {why}", flush=True)
        except Exception:  # noqa: BLE001 whatever it was, it is told
            print("not ok - " + test.__name__.replace("_", " ") + ": " +
                  traceback.format_exc().strip().splitlines()[-1], flush=True)
            traceback.print_exc(limit=-3)


def until(seconds, condition):
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            return value
        time.sleep(0.05)
    return value


def free_port():
    """One that no client is given meanwhile: those have theirs from 32768 on."""
    for port in random.sample(range(20000, 32000), 100):
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no port is free")


class Agent:
    """ctscope agent on a free port, its stream in a file."""

    def __init__(self, *arguments, listen="127.0.0.1:0", output=None, stdout=subprocess.DEVNULL, command=None):
        self.folder = tempfile.TemporaryDirectory()
        self.output = output or os.path.join(self.folder.name, "stream")
        self.said = []
        self.asked = False
        words = [*(command or [CTSCOPE]), "agent", "--no-bpf", "--listen", listen, "-o", self.output, *arguments]
        self.process = subprocess.Popen(words, stdout=stdout, stderr=subprocess.PIPE, text=True)
        self.port = None
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        if listen != "none" and not until(60, lambda: self.port or self.process.poll() is not None) or \
                self.process.poll() is not None:
            self._listener.join(5)
            raise RuntimeError(f"the agent does not run: {self.said}")

    def _listen(self):
        for line in self.process.stderr:
            self.said.append(line.rstrip("\n"))
            found = re.search(r"status page on http://\S*:(\d+)/", line)
            if found:
                self.port = int(found.group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        status = self.stop()
        self.folder.cleanup()
        if status:
            raise RuntimeError(f"the agent ended with {status}: {self.said[-5:]}")

    def ask_to_stop(self):
        """Once: a second signal would not wait for the last line to be written."""
        if self.process.poll() is None and not self.asked:
            self.process.send_signal(signal.SIGTERM)
        self.asked = True

    def stop(self):
        self.ask_to_stop()
        try:
            status = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self._listener.join(5)
        return status

    def request(self, path, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
            answer = connection.getresponse()
            answer.body = answer.read()
            if answer.getheader("Content-Encoding") == "gzip":
                answer.body = gzip.decompress(answer.body)
            return answer
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.request(path, **headers).body.decode()

    def json(self, path):
        return json.loads(self.get(path))

    def lines(self):
        with open(self.output, encoding="utf-8") as stream:
            return stream.read().splitlines()

    def records(self, event=None):
        records = [json.loads(line) for line in self.lines()]
        return [r for r in records if event is None or r["event"] == event]

    def rss(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s*(\d+)", status.read()).group(1)) * 1024

    def fds(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


if __name__ == "__main__":
    sys.exit("agent.py is what the tests beside it use")
