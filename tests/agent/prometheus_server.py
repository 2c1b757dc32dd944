# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A real Prometheus scrapes the agent for a minute, evaluates the alert rules, and complains of nothing."""
import http.server
import json
import os
import re
import subprocess
import tempfile
import threading
import time
import urllib.parse
import urllib.request

from agent import Agent, free_port, ok, run_tests, same, until
from peers import peer

MINUTE = 60
RULES = "tools/deploy/prometheus/ctscope.rules.yaml"
# INTERFACE: every family, with what a table in trouble shows
FAMILIES = """build_info mode_info hook_attached entries entries_limit buckets entries_unassured table_bytes fill_seconds
    allocated_total inserted_total destroyed_total aborted_total evicted_total clash_resolved_total dropped_total
    bursts_total chain_longest chain_mean insert_chain_length_bucket netns_entries netns_dropped_total
    kernel_stat_total setting lost_total walk_seconds""".split()
PROCFS = "build_info mode_info hook_attached entries entries_limit buckets table_bytes kernel_stat_total setting " \
    "lost_total".split()


class Golden(http.server.BaseHTTPRequestHandler):
    """What the unit tests proved the agent to write of a table in trouble."""

    def do_GET(self):
        is_open = "openmetrics" in self.headers.get("Accept", "")
        with open("tests/golden/metrics_open.txt" if is_open else "tests/golden/metrics.txt", "rb") as file:
            body = file.read()
        self.send_response(200)
        self.send_header("Content-Type", "application/openmetrics-text; version=1.0.0; charset=utf-8" if is_open else
                         "text/plain; version=0.0.4; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Prometheus:
    def __init__(self, folder, targets):
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        config = os.path.join(self.folder.name, "prometheus.yml")
        with open(config, "w", encoding="ascii") as file:
            json.dump({"global": {"scrape_interval": "2s", "evaluation_interval": "2s"},
                       "rule_files": [os.path.abspath(RULES)],
                       "scrape_configs": [{"job_name": name, "static_configs": [{"targets": [target]}]}
                                          for name, target in targets.items()]}, file)
        self.port = free_port()
        self.log = open(os.path.join(self.folder.name, "log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [os.path.join(folder, "usr/bin/prometheus"), "--config.file=" + config, "--log.level=warn",
             "--storage.tsdb.path=" + os.path.join(self.folder.name, "data"), f"--web.listen-address=127.0.0.1:{self.port}",
             "--web.console.templates=" + self.folder.name, "--web.console.libraries=" + self.folder.name],
            stdout=self.log, stderr=self.log, env={**os.environ, "GOMAXPROCS": "1"})

    def api(self, path, **query):
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10) as answer:
            return json.load(answer)["data"]

    def ready(self):
        try:
            return all(t["health"] == "up" for t in self.api("targets")["activeTargets"])
        except OSError:
            return False

    def value(self, query):
        result = self.api("query", query=query)["result"]
        return float(result[0]["value"][1]) if result else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)
        self.log.close()
        self.folder.cleanup()


def a_minute():
    folder = peer("prometheus")
    golden = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Golden)
    threading.Thread(target=golden.serve_forever, daemon=True).start()
    with Agent("-i", "1s") as agent, Prometheus(folder, {
            "agent": f"127.0.0.1:{agent.port}", "golden": f"127.0.0.1:{golden.server_address[1]}"}) as server:
        ok("Prometheus scrapes the agent", until(60, server.ready), server.api("targets"))
        started = time.monotonic()
        text = agent.get("/metrics")
        checked = subprocess.run([os.path.join(folder, "usr/bin/promtool"), "check", "metrics"], input=text,
                                 capture_output=True, text=True, check=False)
        same("promtool check metrics", (checked.returncode, checked.stdout + checked.stderr), (0, ""))
        with open("tests/golden/metrics.txt", encoding="ascii") as file:
            checked = subprocess.run([os.path.join(folder, "usr/bin/promtool"), "check", "metrics"], stdin=file,
                                     capture_output=True, text=True, check=False)
        same("promtool check metrics, of a table in trouble", (checked.returncode, checked.stdout + checked.stderr), (0, ""))
        time.sleep(max(0, MINUTE - (time.monotonic() - started)))
        same("no scrape failed", server.value('min_over_time(up{job="agent"}[50s])'), 1)
        ok("one every two seconds", server.value('count_over_time(ctscope_entries{job="agent"}[50s])') >= 22)
        for target in server.api("targets")["activeTargets"]:
            same(f"{target['labels']['job']}: no error", target["lastError"], "")
        names = set(server.api("label/__name__/values"))
        same("every metric of this mode is there", [n for n in PROCFS if "ctscope_" + n not in names], [])
        seen = {r["metric"]["__name__"] for r in server.api("query", query='{job="golden"}')["result"]}
        same("and every other one", [n for n in FAMILIES if "ctscope_" + n not in seen], [])
        with open("/proc/sys/net/netfilter/nf_conntrack_max", encoding="ascii") as file:
            same("the limit is the kernel's", server.value('ctscope_entries_limit{job="agent"}'), int(file.read()))
        same("its processor time is a counter", server.value('resets(process_cpu_seconds_total{job="agent"}[50s])'), 0)
        rules = server.api("rules")["groups"][0]["rules"]
        same("every alert rule is evaluated", [r["name"] for r in rules if r["health"] != "ok"], [])
        firing = {a["labels"]["alertname"] for a in server.api("alerts")["alerts"]}
        ok("the full table raises its alerts", {"ConntrackTableFilling", "ConntrackTableNearlyFull"} <= firing, firing)
        server.log.flush()
        server.log.seek(0)
        same("Prometheus complains of nothing", re.findall(r"level=(?:warn|error).*", server.log.read()), [])
    golden.shutdown()


run_tests(a_minute)
