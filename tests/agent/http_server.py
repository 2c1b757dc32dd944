# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The HTTP side of the agent: what it answers, and what it withstands."""
import json
import os
import random
import socket
import threading
import time

from agent import Agent, ok, run_tests, same, until

MIB = 1 << 20


def connect(agent, timeout=30):
    return socket.create_connection(("127.0.0.1", agent.port), timeout)


def talk(agent, request, limit=1 << 20, timeout=30):
    """The whole answer to raw bytes; '' when the connection was closed or cut."""
    answer = b""
    try:
        with connect(agent, timeout) as s:
            s.sendall(request)
            while len(answer) < limit and (more := s.recv(65536)):
                answer += more
    except OSError:
        pass
    return answer


def status(answer):
    first = answer.split(b"\r\n", 1)[0].split(b" ")
    return int(first[1]) if len(first) > 1 and first[0].startswith(b"HTTP/") else 0


def raw(path, method="GET", headers=b""):
    path = path.encode("latin-1") if isinstance(path, str) else path
    return method.encode() + b" " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + b"\r\n"


def answers():
    with Agent("-i", "200ms") as agent:
        until(60, lambda: agent.records("report"))
        metrics = agent.request("/metrics")
        same("/metrics is text 0.0.4", metrics.getheader("Content-Type"),
             "text/plain; version=0.0.4; charset=utf-8")
        open_type = "application/openmetrics-text"
        for accept, is_open in (
                (open_type, True), (f"{open_type};version=1.0.0,text/plain;version=0.0.4;q=0.5", True),
                (f"{open_type}; version=0.0.1;q=0.75, text/plain;q=0.9", False), (f"{open_type};q=0", False),
                (f"{open_type};version=2.0.0", False), ("*/*", False), ("", False)):
            answer = agent.request("/metrics", Accept=accept)
            same(f"Accept {accept!r}", answer.getheader("Content-Type").startswith(open_type), is_open)
            same("... ends as its format does", answer.body.endswith(b"# EOF\n"), is_open)
        zipped = agent.request("/metrics", Accept_Encoding="gzip, deflate")
        same("gzip for those who take it", zipped.getheader("Content-Encoding"), "gzip")
        same("... and not for those who refuse it",
             agent.request("/metrics", Accept_Encoding="gzip;q=0").getheader("Content-Encoding"), None)
        same("/healthz", agent.get("/healthz"), "alive\n")
        same("/readyz in the declared mode", agent.request("/readyz").status, 200)
        same("/v1/report is the report of the stream", agent.json("/v1/report")["event"], "report")
        history = agent.json("/v1/history")
        same("/v1/history has a value a second", len(history["entries"]), len(history["time_ms"]))
        same("... and the run's start", history["events"][0]["event"], "start")
        until(60, lambda: len(agent.json("/v1/history")["time_ms"]) >= 3)
        same("?seconds=1 gives one", len(agent.json("/v1/history?seconds=1")["time_ms"]), 1)
        for query in ("seconds=0", "seconds=-1", "seconds=x", "seconds=1e9", "seconds=86401", "seconds=",
                      "seconds=99999999999999999999"):
            same(f"?{query} is refused", agent.request("/v1/history?" + query).status, 400)
        head = agent.request("/metrics", method="HEAD")
        same("HEAD has no body", head.body, b"")
        ok("HEAD has the length", int(head.getheader("Content-Length")) > 1000)
        for name, value in (("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")):
            same(f"{name} is set", head.getheader(name), value)
        same("no records were lost", agent.records()[-1].get("lost", {}).get("records", 0), 0)


def refusals():
    with Agent("-i", "1s") as agent:
        for path in ("/nothing", "/metrics/", "//metrics", "/../etc/passwd", "/metrics/../../etc/passwd",
                     "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "/v1/report%00.html",
                     "/v1/../../../etc/passwd", "/metrics%0d%0aX-Injected: 1", "/\\..\\etc", "/favicon.ico"):
            answer = talk(agent, raw(path))
            same(f"{path} is not there", status(answer), 404)
            ok(f"{path} shows nothing", b"root:" not in answer and b"Injected" not in answer)
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"):
            answer = talk(agent, raw("/metrics", method))
            same(f"{method} is not allowed", status(answer), 405)
            ok(f"{method} is told what is", b"Allow: GET, HEAD" in answer)
        ok("an unknown method is refused", status(talk(agent, raw("/metrics", "BREW"))) in (400, 405, 501))
        same("a body too long is refused",
             status(talk(agent, raw("/metrics", "POST", b"Content-Length: 10000000\r\n"))), 413)
        for name, request in (("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200) + b"\r\n\r\n"),
                              ("no version", b"GET\r\n\r\n"), ("HTTP/9.9", b"GET / HTTP/9.9\r\n\r\n"),
                              ("no path", b"GET  HTTP/1.1\r\n\r\n"), ("a space in it", b"GET /a b HTTP/1.1\r\n\r\n"),
                              ("a header without a colon", b"GET / HTTP/1.1\r\nnonsense\r\n\r\n"),
                              ("NUL bytes", bytes(5000) + b"\r\n\r\n")):
            answer = talk(agent, request, timeout=1)
            ok(f"{name}: refused", status(answer) in (0, 400, 404, 501, 505), status(answer))
        same("and the agent is alive", agent.get("/healthz"), "alive\n")


def large_headers():
    with Agent("-i", "200ms") as agent:
        before = agent.rss()
        for name, headers in (("one header of 1 MB", b"X: " + b"a" * MIB + b"\r\n"),
                              ("1 MB of headers", b"X: a\r\n" * (MIB // 6)),
                              ("1 MB that never ends a line", b"X" * MIB)):
            got = status(talk(agent, b"GET /metrics HTTP/1.1\r\n" + headers + b"\r\n"))
            ok(f"{name}: refused", got in (0, 400, 413, 431), got)
        got = status(talk(agent, b"GET /" + b"a" * MIB + b" HTTP/1.1\r\n\r\n"))
        ok("a path of 1 MB: refused", got in (0, 400, 413, 414, 431), got)
        ok("memory is bounded", agent.rss() - before < 4 * MIB, f"grew by {agent.rss() - before}")
        same("and the agent is alive", agent.get("/healthz"), "alive\n")


def crowd():
    """1000 that say nothing, then 1000 that say a byte now and then."""
    with Agent("-i", "200ms") as agent:
        agent.get("/metrics")
        before, fds, seq = agent.rss(), agent.fds(), len(agent.records("report"))
        idle = []
        for _ in range(1000):
            s = socket.socket()
            s.settimeout(5)
            s.connect(("127.0.0.1", agent.port))
            idle.append(s)
        most = agent.fds()
        ok("1000 connections take few places", most - fds <= 48, most - fds)
        started = time.monotonic()
        same("a scrape gets through the crowd", agent.request("/metrics").status, 200)
        # Each of them is given up after 20 s.
        ok("... before any of them is gone", time.monotonic() - started < 10, time.monotonic() - started)
        for s in idle[-40:]:
            try:
                s.sendall(b"GET /metrics HTTP/1.1\r\n")
            except OSError:
                pass
        for _ in range(10):
            for s in idle[-40:]:
                try:
                    s.sendall(b"X")
                except OSError:
                    pass
            same("a scrape gets through slow writers", agent.request("/metrics").status, 200)
            time.sleep(0.1)
        ok("memory is bounded", agent.rss() - before < 8 * MIB, f"grew by {agent.rss() - before}")
        ok("the reports go on", until(60, lambda: len(agent.records("report")) > seq + 4))
        for s in idle:
            s.close()
        ok("all places are free again", until(60, lambda: agent.fds() <= fds + 1), agent.fds())


def slowloris():
    """A byte of header now and then, for ever: silence never lasts long enough to end it, the whole takes too long."""
    with Agent("-i", "200ms") as agent:
        agent.get("/metrics")
        fds = agent.fds()
        slow = [connect(agent) for _ in range(20)]
        for s in slow:
            s.setblocking(False)
            s.sendall(b"GET /metrics HTTP/1.1\r\nX: ")

        def cut():
            for s in list(slow):
                try:
                    s.send(b"a")
                    if s.recv(1000) != b"":
                        ok("a request that never ends is not answered", False)
                except BlockingIOError:
                    continue
                except OSError:
                    pass
                slow.remove(s)
            return not slow
        until(5, cut)
        same("20 that write slowly are served as long as their patience lasts", len(slow), 20)
        same("a scrape gets through", agent.request("/metrics").status, 200)
        ok("all of them are cut off, though none was ever silent", until(60, cut), len(slow))
        ok("their places are free again", until(60, lambda: agent.fds() <= fds + 1), agent.fds())


def readers_that_do_not_read():
    """They ask for the long answer over and over, and read nothing of it."""
    with Agent("-i", "200ms") as agent:
        until(60, lambda: len(agent.json("/v1/history")["time_ms"]) > 1)
        before = agent.rss()
        request = raw("/metrics", headers=b"").replace(b"Connection: close\r\n", b"")
        stuck = []
        for _ in range(30):
            s = connect(agent)
            s.setblocking(False)
            try:
                for _ in range(2000):
                    s.send(request * 100)
            except OSError:
                pass
            stuck.append(s)
        ok("memory is bounded", agent.rss() - before < 12 * MIB, f"grew by {agent.rss() - before}")
        same("others are answered", agent.request("/metrics").status, 200)
        for s in stuck:
            s.close()


def pipelining():
    with Agent("-i", "1s") as agent:
        request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        answer = talk(agent, request * 500 + raw("/healthz"))
        same("501 requests in one go, 501 answers", answer.count(b"HTTP/1.1 200 OK"), 501)
        smuggled = talk(agent, b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
                        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n")
        ok("two lengths at once: no second answer of 200 bytes' worth of trust", status(smuggled) in (0, 400, 405))


def noise():
    """Random bytes and mutated requests, from four sides at once."""
    with Agent("-i", "200ms") as agent:
        agent.get("/metrics")
        before = agent.rss()
        seed = int(os.environ.get("SEED", "7"))

        def shout(number):
            rng = random.Random(seed * 10 + number)
            for _ in range(100):
                data = bytearray(raw(rng.choice(["/", "/metrics", "/v1/history?seconds=5"])))
                for _ in range(rng.randrange(1, 12)):
                    data[rng.randrange(len(data))] = rng.randrange(256)
                if rng.random() < 0.3:
                    data = bytearray(rng.randbytes(rng.randrange(1, 20000)))
                try:
                    with connect(agent, 0.2) as s:
                        s.sendall(data)
                        s.recv(rng.choice([1, 100, 65536]))
                except OSError:
                    pass
        threads = [threading.Thread(target=shout, args=(i,)) for i in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        same(f"alive after noise (seed {seed})", agent.get("/healthz"), "alive\n")
        ok("memory is bounded", agent.rss() - before < 4 * MIB, f"grew by {agent.rss() - before}")
        stopped = agent.stop()
        same("ends well", stopped, 0)
        same("with its totals", agent.records()[-1]["event"], "stop")
        ok("every line was whole", all(json.loads(line) for line in agent.lines()))


run_tests(answers, refusals, large_headers, crowd, slowloris, readers_that_do_not_read, pipelining, noise)
