# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Renders a Helm chart whose templates keep to a small part of the language: this stands in for helm,
which Debian does not have. What it does not know is an error, never left out.

Known: if / with / range / else / end, dotted paths, quote, default, toYaml, nindent, .Files.Get.
"""
import os
import re

import yaml

ACTION = re.compile(r"(\s*)\{\{(-?)\s*(.*?)\s*(-?)\}\}(\s*)", re.S)


class Unknown(Exception):
    pass


def tokens(text):
    """Literal text and actions in turn; {{- and -}} take the blanks on their side."""
    at = 0
    for found in ACTION.finditer(text):
        before, trim_left, action, trim_right, after = found.groups()
        yield "text", text[at:found.start()] + ("" if trim_left else before)
        yield "action", action
        at = found.end() if trim_right else found.end() - len(after)
    yield "text", text[at:]


def tree(stream, inside=False):
    nodes = []
    for kind, value in stream:
        word = value.split()[0] if kind == "action" and value else ""
        if kind == "text":
            nodes.append((kind, value))
        elif word in ("if", "with", "range"):
            body, otherwise = tree(stream, True)
            nodes.append((word, value[len(word):].strip(), body, otherwise))
        elif word == "else" and value == "else":
            otherwise, nothing = tree(stream, True)
            if nothing:
                raise Unknown("else twice")
            return nodes, otherwise
        elif word == "end":
            return nodes, []
        else:
            nodes.append(("value", value))
    if inside:
        raise Unknown("an end is missing")
    return nodes, []


def look_up(path, dot, root):
    if path == ".":
        return dot
    if path.startswith('"') and path.endswith('"'):
        return path[1:-1]
    if path.isdigit():
        return int(path)
    if not re.fullmatch(r"(\.[A-Za-z]\w*)+", path):
        raise Unknown(path)
    names = path[1:].split(".")
    value = root if names[0] in ("Values", "Chart", "Release", "Files") else dot
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def to_yaml(value):
    return yaml.safe_dump(value, default_flow_style=False, sort_keys=False).rstrip("\n")


def evaluate(expression, dot, root):
    value, first = None, True
    for stage in expression.split("|"):
        words = re.findall(r'"[^"]*"|\S+', stage)
        if first and words[0] == ".Files.Get":
            value = root["Files"][words[1].strip('"')]
        elif words[0] == "toYaml":
            value = to_yaml(look_up(words[1], dot, root) if first else value)
        elif words[0] == "nindent" and not first:
            pad = " " * int(words[1])
            value = "\n" + "\n".join(pad + line if line else line for line in str(value).splitlines())
        elif words[0] == "quote" and not first:
            value = '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
        elif words[0] == "default" and not first:
            value = value or look_up(words[1], dot, root)
        elif first and len(words) == 1:
            value = look_up(words[0], dot, root)
        else:
            raise Unknown(expression)
        first = False
    return value


def write(nodes, dot, root):
    out = []
    for node in nodes:
        if node[0] == "text":
            out.append(node[1])
        elif node[0] == "value":
            value = evaluate(node[1], dot, root)
            if value is None:
                raise Unknown(f"{node[1]} has no value")
            out.append({True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value))
        else:
            kind, expression, body, otherwise = node
            value = evaluate(expression, dot, root)
            if not value:
                out.append(write(otherwise, dot, root))
            elif kind == "range":
                out.extend(write(body, each, root) for each in value)
            else:
                out.append(write(body, value if kind == "with" else dot, root))
    return "".join(out)


def merged(base, extra):
    if not isinstance(base, dict) or not isinstance(extra, dict):
        return extra
    return {**base, **{k: merged(base.get(k), v) for k, v in extra.items()}}


def render(chart, values=None, release="ctscope", namespace="ctscope"):
    """{file name: text} of every template."""
    with open(os.path.join(chart, "Chart.yaml"), encoding="utf-8") as file:
        about = yaml.safe_load(file)
    with open(os.path.join(chart, "values.yaml"), encoding="utf-8") as file:
        defaults = yaml.safe_load(file)
    files = {}
    for name in os.listdir(chart):
        path = os.path.join(chart, name)
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                files[name] = file.read()
    root = {"Values": merged(defaults, values or {}), "Files": files,
            "Chart": {"Name": about["name"], "Version": about["version"], "AppVersion": about["appVersion"]},
            "Release": {"Name": release, "Namespace": namespace}}
    folder = os.path.join(chart, "templates")
    done = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            done[name] = write(tree(tokens(file.read()))[0], root, root)
    return done
