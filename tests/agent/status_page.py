# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The status page in Chromium: true numbers, live, silent, nothing from elsewhere; and without JavaScript."""
import os
import re
import time

from agent import Agent, ok, run_tests, same, until
from browser import Browser
from replay import POD, Replay, history

PICTURES = os.environ.get("PICTURES")
TEXT = "return document.getElementById(arguments[0]).textContent"
COUNT = "return document.querySelectorAll(arguments[0]).length"


def kernel(name):
    with open("/proc/sys/net/netfilter/nf_conntrack_" + name, encoding="ascii") as file:
        return int(file.read())


def shown(browser):
    return until(60, lambda: browser.run("return !document.getElementById('live').hidden"))


def own_requests(browser, port):
    """Every address the page asked for, but for the browser's own first page."""
    return [url for url in browser.requests() if not url.startswith(("chrome:", "data:"))], f"http://127.0.0.1:{port}/"


def live(browser):
    with Agent("-i", "500ms") as agent:
        browser.open(f"http://127.0.0.1:{agent.port}/")
        ok("the page comes alive", shown(browser))
        limit = f"{kernel('max'):,}"
        ok("the gauge has the kernel's own limit",
           until(60, lambda: limit in browser.run(TEXT, "of") or limit in browser.run(TEXT, "facts")), limit)
        same("the state", browser.run(TEXT, "state"), "live")
        ok("the mode and its cure are told", "leave --no-bpf out" in browser.run(TEXT, "notice"))
        before = browser.run("return past.time_ms.length")
        ok("it goes on by itself", until(60, lambda: browser.run("return past.time_ms.length") > before + 1))
        agent.stop()
        ok("a silent agent is told", until(60, lambda: "no answer since" in browser.run(TEXT, "state")),
           browser.run(TEXT, "state"))
        console = [m for m in browser.console() if m["level"] == "SEVERE" and "ERR_CONNECTION_REFUSED" not in m["message"]]
        same("no error in the console", console, [])
        urls, own = own_requests(browser, agent.port)
        same("no request to anybody else", [u for u in urls if not u.startswith(own)], [])
        ok("it asked for history and report", {own + "v1/history", own + "v1/report"} <= set(urls))


def in_trouble(browser):
    with Agent("-i", "1s") as agent, Replay(agent) as node:
        browser.open(f"http://127.0.0.1:{node.port}/")
        ok("the replayed page comes alive", shown(browser))
        same("the gauge is full", browser.run(TEXT, "percent"), "100 %")
        same("of the limit", browser.run(TEXT, "of"), "262,144 of 262,144")
        ok("the forecast says so", browser.run(TEXT, "forecast").startswith("full:"))
        columns = history(time.time())
        refused = sum(columns["dropped_table_full"])
        ok("refused packets by cause, added up", f"table full {refused:,}" in browser.run(TEXT, "causes"),
           browser.run(TEXT, "causes"))
        ok("the state tells of the last minute", browser.run(TEXT, "state").startswith("refusing packets: "))
        lines = browser.run("return document.querySelector('#c-entries .stroke').getAttribute('d')")
        same("a point for each second", len(re.findall("[ML]", lines)), 900)
        ok("the limit is drawn", browser.run(COUNT, "#c-entries .limit") == 1)
        ok("each drop can be seen", browser.run(
            "return [...document.querySelectorAll('#c-drops rect.clash')].filter(r => +r.getAttribute('height') >= 2).length") >= 4)
        same("chains as a histogram", browser.run(COUNT, "#c-chains rect.bar"), 16)
        same("with its verdict", browser.run(TEXT, "verdict"), "even")
        rows = browser.run("return [...document.querySelectorAll('#netns tr')].map(r => r.innerText)")
        ok("the busiest pod first, with namespace", POD in rows[1] and "shop" in rows[1] and "171,034" in rows[1], rows[1])
        ok("its losses stand out", browser.run(COUNT, "#netns .lost") == 2)
        ok("what happened, newest first", browser.run("return document.querySelector('#events li').innerText")
           .replace("\n", " ").find("burst 1 over") > 0)
        ok("changed settings with their default", "86,400432,000" in browser.run(TEXT, "settings"))
        same("no error in the console", [m for m in browser.console() if m["level"] == "SEVERE"], [])
        for name, width, height, dark in (("light", 1280, 1250, False), ("dark", 1280, 1250, True), ("phone", 390, 3200, False)):
            browser.look(width, height, dark)
            browser.run("dispatchEvent(new Event('resize'))")
            same(f"{name}: nothing sticks out", browser.run(
                "return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
                ".map(e => e.tagName + '#' + e.id)"), [])
            back = browser.run("return getComputedStyle(document.body).backgroundColor")
            ok(f"{name}: its own colours", (sum(map(int, re.findall(r"\d+", back)[:3])) < 200) == dark, back)
            if PICTURES:
                time.sleep(0.8)
                browser.picture(os.path.join(PICTURES, name + ".png"))


def hostile_names(browser):
    """A pod's name is anybody's: it must stay text."""
    with Agent("-i", "1s") as agent, Replay(agent, name="<img src=x onerror=document.title='owned'>") as node:
        browser.open(f"http://127.0.0.1:{node.port}/")
        shown(browser)
        same("no markup from a name", browser.run(COUNT, "#netns img"), 0)
        ok("nor its script", browser.run("return document.title") != "owned")


def plain_table():
    with Agent("-i", "1s") as agent, Browser(javascript=False) as browser:
        browser.open(f"http://127.0.0.1:{agent.port}/")
        text = browser.source()
        ok("without JavaScript: the kernel's own limit",
           f"<td>limit of each namespace</td><td>{kernel('max')}</td>" in text)
        ok("no state that will never change", not re.search(r'id="state"(?![^>]*hidden)', text))
        ok("and the node", f"<td>{os.uname().nodename}</td>" in text)
        ok("and nothing hidden or empty", 'id="live" hidden' in text and "<h2>Table</h2>" in text)


def with_one_browser():
    with Browser() as browser:
        live(browser)
        in_trouble(browser)
        hostile_names(browser)


run_tests(with_one_browser, plain_table)
