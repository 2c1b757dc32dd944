# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A node in trouble for the status page: the page as the agent serves it, its data made up.

What this machine's kernel cannot show without BPF (drops, bursts, chains) is shown from here.
"""
import http.server
import json
import math
import random
import threading
import time

POD = "checkout-frontend-canary-6f7b9d9c5b-zzqvp"


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + ".000000000Z"


def trouble(now, seconds=900):
    """The columns of /v1/history: a table that fills, and a burst of drops at its end."""
    rng = random.Random(5)
    columns = {key: [] for key in ("time_ms", "covers_seconds", "entries", "allocated", "inserted", "destroyed",
                                   "aborted", "evicted", "clash_resolved", "dropped_table_full", "dropped_no_memory",
                                   "dropped_clash", "dropped_chain_too_long", "dropped_other")}
    entries = 150000
    for i in range(seconds):
        wave = 1500 + 400 * math.sin(i / 70) + rng.randrange(-200, 200) + (1600 if i > 640 else 0)
        gone = 1480 + 350 * math.sin(i / 70 - 0.6) + rng.randrange(-200, 200) + (700 if i > 760 else 0)
        inserted, destroyed = int(wave), int(gone)
        room = 262144 - entries
        refused = max(0, inserted - destroyed - room)
        inserted -= refused
        entries += inserted - destroyed
        row = {"time_ms": int((now - seconds + 1 + i) * 1000), "covers_seconds": 1, "entries": entries,
               "allocated": inserted, "inserted": inserted, "destroyed": destroyed, "aborted": 0,
               "evicted": refused // 3, "clash_resolved": 0, "dropped_table_full": refused, "dropped_no_memory": 0,
               "dropped_clash": 1 if i % 200 == 17 else 0, "dropped_chain_too_long": 0, "dropped_other": 0}
        for key, value in row.items():
            columns[key].append(value)
    return columns


def history(now):
    columns = trouble(now)

    def event(ago, level, kind, msg, **more):
        return {"time": stamp(now - ago), "level": level, "event": kind, "msg": msg, "schema": "ctscope/1",
                "node": "worker-7", **more}

    return {**event(0, "info", "history", "the last 900 seconds, one by one"), "mode": "bpf", "interval_seconds": 10,
            "max": 262144, **columns,
            "settings_changed": {"net.netfilter.nf_conntrack_tcp_timeout_established":
                                 {"value": 86400, "default": 432000},
                                 "net.netfilter.nf_conntrack_buckets": {"value": 65536, "default": 262144}},
            "events": [event(3000, "info", "start", "ctscope 0.1.0 on Linux 6.12.48-cloud-amd64, 7 hooks attached"),
                       event(700, "info", "settings", "1 setting changed: tcp_timeout_established 432000 to 86400"),
                       event(120, "warn", "pressure", "table 80 % full, full in 1m 10s at this trend"),
                       event(70, "warn", "burst", "burst 1 began: table full, first refused "
                             "10.244.3.17 to 10.96.0.10:53 of shop/" + POD),
                       event(12, "warn", "burst", "burst 1 over after 58s: 12,480 packets refused, 4,160 entries evicted")]}


def report(now, name=POD):
    columns = trouble(now)
    lengths = [round(65536 * math.exp(-4) * 4 ** k / math.factorial(k)) for k in range(17)]
    pods = [("shop", name, 171034, 1800, 3021), ("kube-system", "coredns-5d78c9869d-7xk2p", 41203, 720, 12),
            ("payments", "ledger-0", 9311, 210, 0), ("monitoring", "prometheus-k8s-0", 2200, 11, 0)]
    rows = [{"netns": 4026532277 + i, "host": False,
             "pod": {"namespace": namespace, "name": name, "uid": f"0f3c2f1a-9a3e-4f7b-8a55-0b6f3d1c2e4{i}"},
             "entries": entries, "delta": {"inserted": rate * 10, "dropped_table_full": dropped}}
            for i, (namespace, name, entries, rate, dropped) in enumerate(pods)]
    rows.append({"netns": 4026531840, "host": True, "entries": 1833, "delta": {"inserted": 402}})
    entries = columns["entries"][-1]
    return {"time": stamp(now), "level": "warn", "event": "report", "msg": "table 100 % full", "schema": "ctscope/1",
            "node": "worker-7", "seq": 90, "mode": "bpf", "interval_seconds": 10,
            "table": {"entries": entries, "max": 262144, "buckets": 65536, "used_ratio": round(entries / 262144, 4),
                      "load_factor": 4.0, "entry_bytes": 256, "memory_bytes": entries * 256 + 524288,
                      "unassured": 40311, "fill_seconds": 0,
                      "fullest": {"netns": 4026532277, "entries": entries}},
            "netns": rows,
            "chains": {"age_seconds": 31, "buckets": 65536, "used": 64336, "nodes": 262144, "mean": 4.0, "longest": 17,
                       "longest_bucket": 4711, "expected_longest": 16, "limit": 50, "verdict": "even",
                       "histogram": lengths}}


class Replay:
    """Serves the agent's own page (bytes and headers) with the data above."""

    def __init__(self, agent, name=POD):
        shown = agent.request("/")
        moment = time.time()
        self.asked = []
        replay = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                replay.asked.append(self.path)
                path = self.path.split("?")[0]
                if path == "/":
                    return self.put(shown.body, "text/html; charset=utf-8",
                                    shown.getheader("Content-Security-Policy"))
                if path not in ("/v1/history", "/v1/report"):
                    return self.send_error(404)
                data = history(moment) if path == "/v1/history" else report(moment, name)
                return self.put(json.dumps(data).encode(), "application/json", "default-src 'none'")

            def put(self, body, kind, policy):
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
