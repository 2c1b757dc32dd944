# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Headless Chromium by WebDriver, which is JSON over HTTP: no library needed.

    with Browser() as browser: browser.open(url); browser.run("return document.title")
"""
import base64
import json
import subprocess
import tempfile
import urllib.request

from agent import free_port, until

QUIET = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
         "--hide-scrollbars"]


class Browser:
    def __init__(self, javascript=True, dark=False, size=(1280, 1000)):
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
        until(60, self._alive)
        options = {"args": [*QUIET, "--user-data-dir=" + self.folder.name, f"--window-size={size[0]},{size[1]}",
                            *(["--blink-settings=preferredColorScheme=0"] if dark else [])],
                   "prefs": {} if javascript else {"profile.managed_default_content_settings.javascript": 2}}
        session = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}}})
        self.session = "/session/" + session["sessionId"]

    def _alive(self):
        try:
            return self._ask("GET", "/status")["ready"]
        except OSError:
            return False

    def _ask(self, method, path, body=None):
        data = None if method == "GET" else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def open(self, url):
        self._ask("POST", self.session + "/url", {"url": url})

    def run(self, script, *arguments):
        return self._ask("POST", self.session + "/execute/sync", {"script": script, "args": list(arguments)})

    def source(self):
        return self._ask("GET", self.session + "/source")

    def command(self, name, **parameters):
        """One of Chromium's own commands (DevTools protocol)."""
        return self._ask("POST", self.session + "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def look(self, width, height, dark=False):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                     mobile=width < 600)
        self.command("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def picture(self, path):
        shot = self.command("Page.captureScreenshot", captureBeyondViewport=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def console(self):
        return self._ask("POST", self.session + "/se/log", {"type": "browser"})

    def requests(self):
        messages = [json.loads(entry["message"])["message"]
                    for entry in self._ask("POST", self.session + "/se/log", {"type": "performance"})]
        return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self._ask("DELETE", self.session)
        except OSError:
            pass
        self.driver.terminate()
        self.driver.wait(60)
        self.folder.cleanup()
