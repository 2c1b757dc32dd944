# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What tools/deploy ships: valid by Kubernetes' own schemas, alerts that fire and do not, an image that runs."""
import copy
import datetime
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile

import yaml

import helm
from agent import BUILD, CTSCOPE, Skip, ok, run_tests, same
from peers import peer

DEPLOY = "tools/deploy"
HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMAS = ["kubernetes-models@5.1.0", "@kubernetes-models/prometheus-operator@6.0.0"]
NO_ANSWER = re.compile(r"ENOTFOUND|ETIMEDOUT|ECONNREFUSED|ECONNRESET|EAI_AGAIN|network")


def load(path):
    with open(os.path.join(DEPLOY, path), encoding="utf-8") as file:
        return yaml.safe_load(file)


def run(*words, **options):
    return subprocess.run(words, capture_output=True, text=True, check=False, **options)


def manifests():
    """Every object that somebody could apply, by the name of where it comes from."""
    objects = {os.path.basename(path): load(os.path.relpath(path, DEPLOY))
               for path in sorted(glob.glob(DEPLOY + "/kubernetes/*.yaml")) if "kustomization" not in path}
    everything = {"podMonitor": {"enabled": True, "labels": {"release": "prometheus"}}, "privileged": True,
                  "prometheusRule": {"enabled": True}, "extraArgs": ["--redact", "a\"b"], "affinity": {"nodeAffinity": {}},
                  "nodeSelector": None, "image": {"tag": "2"}, "imagePullSecrets": [{"name": "registry"}], "podAnnotations": {"a": "b"}}
    for name, values in (("defaults", {}), ("everything", everything)):
        for template, text in helm.render(DEPLOY + "/helm/ctscope", values, release="seer", namespace="watch").items():
            if template.endswith(".yaml") and text.strip():
                objects[f"helm, {name}, {template}"] = yaml.safe_load(text)
    return objects


def schemas():
    """The folder with Kubernetes' schemas."""
    folder = os.path.join(os.path.abspath(BUILD), "peers", "schemas")
    if not shutil.which("npm"):
        raise Skip("there is no npm on this machine")
    if not os.path.exists(os.path.join(folder, "complete")):
        os.makedirs(folder, exist_ok=True)
        done = run("npm", "install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", *SCHEMAS, cwd=folder)
        if done.returncode:
            if NO_ANSWER.search(done.stderr):
                raise Skip("the registry did not answer")
            raise RuntimeError(done.stderr.strip())
        with open(os.path.join(folder, "complete"), "w", encoding="ascii"):
            pass
    return folder


def kubernetes_objects():
    folder = schemas()
    objects = manifests()
    wrong = copy.deepcopy(objects["daemonset.yaml"])
    wrong["spec"]["template"]["spec"]["hostPid"] = True
    wrong["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"] = "http"
    done = run("node", os.path.join(HERE, "schemas.mjs"), folder, input=json.dumps([*objects.values(), wrong]))
    said = done.stdout.splitlines()
    same("every object is looked at", len(said), len(objects) + 1)
    for name, line in zip(objects, said):
        ok(f"{name} is valid", line.endswith(": ok"), line)
    ok("a wrong one is found out", "must be integer" in said[-1] or "hostPid" in said[-1], said[-1])


def one_daemonset():
    plain, chart = manifests()["daemonset.yaml"], manifests()["helm, defaults, daemonset.yaml"]
    container = plain["spec"]["template"]["spec"]["containers"][0]
    security = container["securityContext"]
    same("all capabilities are dropped but for those it starts with", security["capabilities"]["drop"], ["ALL"])
    same("the root file system is read-only", security["readOnlyRootFilesystem"], True)
    with open("user/command/agent.c", encoding="utf-8") as file:
        port = re.search(r'DEFAULT_LISTEN "127.0.0.1:(\d+)"', file.read()).group(1)
    same("the port is the agent's own", str(container["ports"][0]["containerPort"]), port)
    ours = chart["spec"]["template"]["spec"]
    for key in ("hostPID", "hostNetwork", "tolerations", "nodeSelector", "priorityClassName", "automountServiceAccountToken"):
        same(f"the chart's default {key} is that of the plain YAML", ours[key], plain["spec"]["template"]["spec"][key])
    same("and its annotations", chart["spec"]["template"]["metadata"]["annotations"],
         plain["spec"]["template"]["metadata"]["annotations"])
    for key in ("securityContext", "resources", "livenessProbe", "readinessProbe", "env", "ports"):
        same(f"the chart's default {key} is that of the plain YAML", ours["containers"][0][key], container[key])
    listed = load("kubernetes/kustomization.yaml")["resources"]
    same("what kustomization.yaml lists is there", [n for n in listed if not os.path.exists(f"{DEPLOY}/kubernetes/{n}")], [])
    with open("Makefile", encoding="utf-8") as file:
        version = re.search(r"^VERSION := (\S+)", file.read(), re.M).group(1)
    same("one version everywhere", {str(load("helm/ctscope/Chart.yaml")["appVersion"]), container["image"].split(":")[1],
                                    load("kubernetes/kustomization.yaml")["images"][0]["newTag"]}, {version})


def kustomization():
    """By the kustomize that is in Debian's kubectl."""
    kubectl = os.path.join(peer("kubernetes-client"), "usr/bin/kubectl")
    done = run(kubectl, "kustomize", DEPLOY + "/kubernetes", env={"PATH": "/nowhere", "HOME": "/nowhere"})
    if not ok("kubectl kustomize builds it", done.returncode == 0, done.stderr.strip()):
        return
    built = {o["kind"]: o for o in yaml.safe_load_all(done.stdout)}
    same("a namespace and a DaemonSet", sorted(built), ["DaemonSet", "Namespace"])
    same("the DaemonSet as it stands in its file", built["DaemonSet"], load("kubernetes/daemonset.yaml"))
    same("the namespace likewise", built["Namespace"], load("kubernetes/namespace.yaml"))


def chart_values():
    everything = helm.render(DEPLOY + "/helm/ctscope", {"extraArgs": ["--redact"], "privileged": True, "image": {"tag": "x"}})
    spec = yaml.safe_load(everything["daemonset.yaml"])["spec"]["template"]["spec"]["containers"][0]
    same("privileged", spec["securityContext"].get("privileged"), True)
    ok("and then no list of capabilities", "capabilities" not in spec["securityContext"])
    same("more options", spec["args"][-1], "--redact")
    same("another image", spec["image"], "ctscope:x")
    other = yaml.safe_load(helm.render(DEPLOY + "/helm/ctscope", {"port": 9999})["daemonset.yaml"])["spec"]["template"]
    ports = re.findall(r"(\d+)'", str([other["metadata"]["annotations"], other["spec"]["containers"][0]["args"]]))
    same("another port, wherever it is told", (ports, other["spec"]["containers"][0]["ports"][0]["containerPort"]),
         (["9999", "9999"], 9999))
    ok("no monitor that was not asked for", not everything["podmonitor.yaml"].strip())
    for broken in ("{{ .Values.nothing }}", "{{ if .Values.port }}", "{{ lookup \"v1\" }}", "{{ .Values.port | upper }}"):
        try:
            helm.write(helm.tree(helm.tokens(broken))[0], {}, {"Values": {"port": 1}, "Files": {}})
            ok(f"the stand-in for helm refuses {broken}", False)
        except helm.Unknown:
            ok(f"the stand-in for helm refuses {broken}", True)


def alerts():
    promtool = os.path.join(peer("prometheus"), "usr/bin/promtool")
    rules = os.path.join(DEPLOY, "prometheus/ctscope.rules.yaml")
    checked = run(promtool, "check", "rules", rules)
    same("promtool check rules", checked.returncode, 0)
    tested = run(promtool, "test", "rules", os.path.join(HERE, "alerts.test.yaml"))
    ok("promtool test rules: each alert fires and does not", tested.returncode == 0, tested.stdout[-600:])
    groups = load("prometheus/ctscope.rules.yaml")["groups"]
    with open(os.path.join(HERE, "alerts.test.yaml"), encoding="utf-8") as file:
        cases = [t for test in yaml.safe_load(file)["tests"] for t in test["alert_rule_test"]]
    for alert in (rule["alert"] for rule in groups[0]["rules"]):
        ok(f"{alert} is made to fire", any(c["alertname"] == alert and c["exp_alerts"] for c in cases))
    same("the PrometheusRule has the same groups", load("kubernetes/prometheusrule.yaml")["spec"]["groups"], groups)
    broken = run(promtool, "check", "rules", "/dev/stdin", input="groups: [{name: x, rules: [{alert: a, expr: 'sum('}]}]")
    ok("promtool would find an error", broken.returncode != 0)


def dashboard():
    with open(os.path.join(DEPLOY, "grafana/ctscope.json"), encoding="utf-8") as file:
        board = json.load(file)
    expressions = [t["expr"] for p in board["panels"] for t in p["targets"]]
    with open("tests/golden/metrics.txt", encoding="ascii") as file:
        known = set(re.findall(r"^([a-z_]+)", file.read(), re.M)) | {"process_cpu_seconds_total"}
    used = {name for e in expressions for name in re.findall(r"\b(?:ctscope|process)_[a-z_]+", e)}
    same("it shows metrics that there are", used - known, set())
    plain = [e.replace("$__rate_interval", "5m").replace("$instance", ".*") for e in expressions]
    rules = {"groups": [{"name": "panels", "rules": [{"record": f"panel:{i}", "expr": e} for i, e in enumerate(plain)]}]}
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        json.dump(rules, file)
        file.flush()
        checked = run(os.path.join(peer("prometheus"), "usr/bin/promtool"), "check", "rules", file.name)
    ok("its expressions are PromQL", checked.returncode == 0, checked.stdout + checked.stderr)
    ids = [p["id"] for p in board["panels"]]
    same("no panel twice", len(ids), len(set(ids)))


def node_problem_detector():
    with open(os.path.join(DEPLOY, "node-problem-detector/ctscope.json"), encoding="utf-8") as file:
        config = json.load(file)
    rule = config["rules"][0]
    done = run(CTSCOPE, *rule["args"])
    ok("its command says fine, problem or unknown", done.returncode in (0, 1, 2), done.returncode)
    same("in one line", done.stdout.count("\n"), 1)
    ok("that tells all in what is kept of it", len(done.stdout.split("|")[0]) <= config["pluginConfig"]["max_output_length"])
    ok("its conditions are declared", rule["condition"] in {c["type"] for c in config["conditions"]})
    full = run(CTSCOPE, "check", "--exit-codes", "npd", "--proc", "/nowhere")
    same("unknown is not a problem", full.returncode, 2)


def unit_is_confined():
    said = run("systemd-analyze", "security", "--offline=true", "--threshold=40", DEPLOY + "/systemd/ctscope.service")
    ok("systemd-analyze security: exposure at most 4.0", said.returncode == 0, said.stdout.strip().splitlines()[-1:])


# What their references name, of what a file that is followed may need.
FLUENT_BIT = {
    "service": "parsers_file flush daemon log_level",
    "input tail": "name tag path parser db buffer_chunk_size buffer_max_size mem_buf_limit skip_long_lines read_from_head "
                  "refresh_interval rotate_wait",
    "output stdout": "name match format json_date_key json_date_format",
    "parser ctscope": "name format time_key time_format time_keep time_offset time_strict types",
}
VECTOR = {
    "file": "type include exclude read_from max_line_bytes max_read_bytes fingerprint ignore_older_secs data_dir",
    "remap": "type inputs source drop_on_error drop_on_abort reroute_dropped timezone",
    "console": "type inputs encoding target framing",
}
VRL = {"parse_json", "string", "parse_timestamp"}
LONGEST_LINE = 8192


def sections(path):
    """Fluent Bit's classic format: [SECTION], and indented lines of key and value."""
    found = []
    with open(os.path.join(DEPLOY, "pipelines", path), encoding="utf-8") as file:
        for line in file.read().splitlines():
            if heading := re.fullmatch(r"\[(\w+)\]", line):
                found.append((heading.group(1).lower(), {}))
            elif line.strip() and not line.startswith("#"):
                key, value = line.split(None, 1)
                found[-1][1][key.lower()] = value
    return {kind if kind == "service" else f"{kind} {keys['name']}": keys for kind, keys in found}


def fluent_bit():
    """Debian has no Fluent Bit: its files by the keys it knows, and by our own records."""
    main, parsers = sections("fluent-bit.conf"), sections("fluent-bit-parsers.conf")
    for name, keys in {**main, **parsers}.items():
        same(f"Fluent Bit knows every key of {name}", set(keys) - set(FLUENT_BIT[name].split()), set())
    tail, parser = main["input tail"], parsers["parser ctscope"]
    same("it reads the parsers' file", main["service"]["parsers_file"], "fluent-bit-parsers.conf")
    same("the input's parser is in it", tail["parser"], parser["name"])
    same("the output takes the input's tag", main["output stdout"]["match"], tail["tag"])
    ok("the longest line fits", int(tail["buffer_max_size"].removesuffix("k")) * 1024 > LONGEST_LINE)
    with open("tests/golden/report_quiet.json", encoding="utf-8") as file:
        moment = json.loads(file.readline())[parser["time_key"]]
    # %L takes any number of digits, Python's %f six.
    datetime.datetime.strptime(re.sub(r"\d{3}Z$", "Z", moment), parser["time_format"].replace("%L", "%f"))
    ok("a record's time is in the parser's format", moment.endswith("Z"), moment)


def vector():
    """Nor Vector: likewise."""
    config = load("pipelines/vector.yaml")
    parts = {name: part for kind in ("sources", "transforms", "sinks") for name, part in config[kind].items()}
    for name, part in parts.items():
        same(f"Vector knows every key of {name}", set(part) - set(VECTOR[part["type"]].split()), set())
        same(f"what {name} takes is there", [i for i in part.get("inputs", []) if i not in parts], [])
        for function in re.findall(r"\b([a-z_]+)!?\(", part.get("source", "")):
            ok(f"{function} is a function of its language", function in VRL)
    ok("the longest line fits in Vector", config["sources"]["ctscope"]["max_line_bytes"] > LONGEST_LINE)
    same("its output is JSON", config["sinks"]["out"]["encoding"], {"codec": "json"})


def one_stream():
    """The service writes what the log daemons read."""
    with open(DEPLOY + "/systemd/ctscope.service", encoding="utf-8") as file:
        stream = "/run/" + re.search(r"^RuntimeDirectory=(\S+)$", file.read(), re.M).group(1) + "/stream.json"
    for path in ["systemd/ctscope.default"] + ["pipelines/" + n for n in os.listdir(DEPLOY + "/pipelines") if "parsers" not in n]:
        with open(os.path.join(DEPLOY, path), encoding="utf-8") as file:
            same(f"{path}: the same file", set(re.findall(r"/run/\S*?json", file.read())), {stream})


def image():
    if os.geteuid():
        raise Skip("buildah without user namespaces needs root")
    static = os.path.join(BUILD, "static")
    with tempfile.TemporaryDirectory() as folder:
        buildah = ["buildah", "--storage-driver", "vfs", "--root", folder + "/root", "--runroot", folder + "/run"]
        env = {**os.environ, "BUILDAH_ISOLATION": "chroot", "HOME": folder, "XDG_RUNTIME_DIR": folder}
        built = run(*buildah, "build", "--network", "none", "-f", DEPLOY + "/container/Dockerfile", "-t", "ctscope:test",
                    static, env=env)
        if not ok("buildah builds it, without a network", built.returncode == 0, built.stderr[-400:]):
            return
        about = json.loads(run(*buildah, "inspect", "--type", "image", "ctscope:test", env=env).stdout)["OCIv1"]["config"]
        same("it runs the agent", about["Entrypoint"] + about["Cmd"], ["/ctscope", "agent", "--listen", ":9818"])
        name = run(*buildah, "from", "--pull-never", "ctscope:test", env=env).stdout.strip()
        root = run(*buildah, "mount", name, env=env).stdout.strip()
        files = sorted(os.path.relpath(os.path.join(d, f), root) for d, _, fs in os.walk(root) for f in fs)
        same("nothing is in it but the program", files, ["ctscope"])
        said = run("chroot", root, "/ctscope", "--version")
        ok("which runs there alone", said.returncode == 0 and said.stdout.startswith("ctscope "), said.stderr)
        run(*buildah, "umount", name, env=env)
        run(*buildah, "rm", name, env=env)


run_tests(kubernetes_objects, one_daemonset, kustomization, chart_values, alerts, dashboard, node_problem_detector,
          unit_is_confined, fluent_bit, vector, one_stream, image)
