# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The stream through real log daemons, configured as tools/deploy/pipelines says; FIFOs; rotation; full disks."""
import glob
import json
import os
import platform
import re
import resource
import signal
import subprocess
import tempfile
import time

from agent import Agent, CTSCOPE, ok, run_tests, same, until
from peers import peer

LIBRARIES = f"usr/lib/{platform.machine()}-linux-gnu"
SNIPPETS = "tools/deploy/pipelines/"


def fields(record):
    """As the snippets write a record: event, level, the limit where there is one, the sentence."""
    return f"{record['event']} {record['level']} {record.get('table', {}).get('max', '')} {record['msg']}"


def written(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return []


def through(name, daemon):
    with tempfile.TemporaryDirectory() as folder:
        stream, out = os.path.join(folder, "stream.json"), os.path.join(folder, "out")
        with open(SNIPPETS + name + ".conf", encoding="utf-8") as file:
            config = file.read().replace("/run/ctscope/stream.json", stream).replace("/var/log/ctscope.log", out)
        process = daemon(folder, config)
        try:
            with Agent("-i", "100ms", "-n", "20", output=stream) as agent:
                agent.process.wait(60)
                want = [fields(r) for r in agent.records()]
            ok(f"{name} takes 20 reports and more", len(want) >= 23, len(want))
            until(60, lambda: len(written(out)) >= len(want))
            same(f"{name} gives every field back, in order", written(out), want)
        finally:
            process.terminate()
            process.wait(20)


def through_rsyslog():
    root = peer("rsyslog")

    def daemon(folder, config):
        path = os.path.join(folder, "rsyslog.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f'global(workDirectory="{folder}")\n' + config)
        return subprocess.Popen([f"{root}/usr/sbin/rsyslogd", "-n", "-f", path, "-i", os.path.join(folder, "pid"),
                                 "-M", f"{root}/{LIBRARIES}/rsyslog"],
                                env={**os.environ, "LD_LIBRARY_PATH": f"{root}/{LIBRARIES}"})
    through("rsyslog", daemon)


def through_syslog_ng():
    root = peer("syslog-ng")

    def daemon(folder, config):
        path = os.path.join(folder, "syslog-ng.conf")
        modules = glob.glob(f"{root}/usr/lib/syslog-ng/[0-9]*")[0]
        with open(path, "w", encoding="utf-8") as file:
            file.write(config.replace("@version: 3.38", "@version: " + os.path.basename(modules)))
        return subprocess.Popen(
            [f"{root}/usr/sbin/syslog-ng", "-F", "--no-caps", "-f", path, "--module-path", modules,
             *(w for option in ("persist-file", "control", "pidfile") for w in ("--" + option, os.path.join(folder, option)))],
            env={**os.environ, "LD_LIBRARY_PATH": ":".join([f"{root}/usr/lib/syslog-ng", f"{root}/{LIBRARIES}",
                                                           f"{root}/lib/{platform.machine()}-linux-gnu"])})
    through("syslog-ng", daemon)


def a_reader_that_comes_and_goes():
    with tempfile.TemporaryDirectory() as folder:
        fifo = os.path.join(folder, "fifo")
        os.mkfifo(fifo)
        with Agent("-i", "100ms", output=fifo) as agent:
            time.sleep(0.5)
            with open(fifo, encoding="utf-8") as reader:
                same("the first reader finds the start", json.loads(reader.readline())["event"], "start")
                same("and the settings", json.loads(reader.readline())["event"], "settings")
            time.sleep(0.3)
            same("the agent goes on without a reader", agent.get("/healthz"), "alive\n")
            with open(fifo, encoding="utf-8") as reader:
                reader.readline()   # may be the rest of a line the first one had begun
                same("the next one finds whole records", json.loads(reader.readline())["event"], "report")
                agent.ask_to_stop()
                lines = reader.readlines()
            same("and the end of the run", json.loads(lines[-1])["event"], "stop")


def a_closed_pipe():
    for listen in ("none", "127.0.0.1:0"):
        process = subprocess.Popen([CTSCOPE, "agent", "--no-bpf", "-i", "100ms", "--listen", listen],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.readline()
        process.stdout.close()
        status = process.wait(20)
        said = process.stderr.read().decode()
        process.stderr.close()
        same("a reader that closes the pipe ends it quietly", status, 0)
        ok("without a word about it", "pipe" not in said.lower(), said)


def a_full_disk():
    with tempfile.TemporaryDirectory() as folder:
        with Agent("-i", "100ms", output="/dev/full") as agent:

            def lost():
                return int(re.search(r'^ctscope_lost_total{what="records"} (\d+)', agent.get("/metrics"), re.M).group(1))
            ok("a full disk is counted", until(60, lambda: lost() > 5), lost())
            same("and survived", agent.get("/healthz"), "alive\n")
            same("to the end", agent.stop(), 0)
            ok("with a word about it", any("could not be written" in line for line in agent.said), agent.said)
        # A file that may not grow any more is the same in the middle of a line.
        path = os.path.join(folder, "stream")

        def small_files():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (10000, 10000))
        process = subprocess.run([CTSCOPE, "agent", "--no-bpf", "-i", "100ms", "-n", "30", "--listen", "none", "-o", path],
                                 preexec_fn=small_files, stderr=subprocess.DEVNULL, check=False, timeout=60)
        same("a file that cannot grow is survived", process.returncode, 0)
        ok("no line in it is torn", all(json.loads(line) for line in written(path)))
        ok("it has what found room", len(written(path)) > 3)


def rotation():
    with Agent("-i", "100ms") as agent:
        until(60, lambda: agent.records("report"))
        os.rename(agent.output, agent.output + ".1")
        agent.process.send_signal(signal.SIGHUP)
        ok("SIGHUP opens a new file", until(60, lambda: os.path.exists(agent.output) and agent.lines()))
        agent.stop()
        old, new = written(agent.output + ".1"), written(agent.output)
        seqs = [json.loads(line)["seq"] for line in old + new if json.loads(line)["event"] == "report"]
        same("no report is missing or twice", seqs, list(range(seqs[0], seqs[0] + len(seqs))))


def through_logrotate():
    root = peer("logrotate")
    with tempfile.TemporaryDirectory() as folder, Agent("-i", "100ms") as agent:
        with open("tools/deploy/logrotate/ctscope", encoding="utf-8") as file:
            config = file.read().replace("/run/ctscope/stream.json", agent.output)
        hang_up = re.search(r"systemctl kill --signal=(\w+) ctscope.service", config)
        config = config.replace(hang_up.group(0), f"kill -{hang_up.group(1)} {agent.process.pid}")
        path = os.path.join(folder, "ctscope")
        with open(path, "w", encoding="utf-8") as file:
            file.write(config)
        until(10, lambda: agent.records("report"))
        done = subprocess.run([f"{root}/usr/sbin/logrotate", "--force", "--state", path + ".state", path], check=False,
                              capture_output=True, text=True,
                              env={**os.environ, "LD_LIBRARY_PATH": f"{root}/lib/{platform.machine()}-linux-gnu:{root}/{LIBRARIES}"})
        ok("logrotate takes its configuration", done.returncode == 0 and not done.stderr, done.stderr)
        ok("the agent goes on in a new file", until(10, lambda: os.path.exists(agent.output) and agent.records("report")))
        agent.stop()
        seqs = [r["seq"] for line in written(agent.output + ".1") + written(agent.output)
                if (r := json.loads(line))["event"] == "report"]
        same("logrotate: no report is missing or twice", seqs, list(range(seqs[0], seqs[0] + len(seqs))))


run_tests(through_logrotate, through_rsyslog, through_syslog_ng, a_reader_that_comes_and_goes, a_closed_pipe, a_full_disk, rotation)
