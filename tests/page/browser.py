"""A small WebDriver client for Debian's chromium and chromedriver (https://www.w3.org/TR/webdriver2/)."""

import base64
import contextlib
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004", "ArrowDown": "\ue015", "ArrowUp": "\ue013"}
# chromium's own services would ask for hosts of the network.
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-color-profile=srgb",
]  # fmt: skip

# Texts with a contrast below 4.5, controls without a name, and headings that skip a level (WCAG 2.2: 1.4.3, 4.1.2,
# 1.3.1).
FAULTS = """
const found = [];
const channels = (color) => color.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map((it) => it / 255).map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4))
  .reduce((sum, it, index) => sum + it * [0.2126, 0.7152, 0.0722][index], 0);
const background = (it) => { const found = channels(getComputedStyle(it).backgroundColor); return found[3] === 0 ? background(it.parentElement) : found; };
for (const it of document.querySelectorAll("body *")) {
  const own = [...it.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const style = getComputedStyle(it);
  // Other forms of colours, such as those of a mix, are left out.
  if (!own || !it.checkVisibility() || it.closest("script") || !/^rgb/.test(getComputedStyle(it).backgroundColor)) continue;
  if (it.closest("[aria-selected=true]")) continue;
  const [a, b] = [light(channels(style.color)), light(background(it))].sort((a, b) => a - b);
  if ((b + 0.05) / (a + 0.05) < 4.5) found.push(`contrast ${((b + 0.05) / (a + 0.05)).toFixed(2)}: ${it.innerText}`);
}
for (const it of document.querySelectorAll("input, textarea, select")) if (!it.labels.length && !it.ariaLabel) found.push(`no name: ${it.outerHTML}`);
let level = 0;
for (const it of document.querySelectorAll("h1, h2, h3, h4")) {
  if (!it.checkVisibility()) continue;
  if (it.tagName[1] - level > 1) found.push(`after a heading of level ${level}: ${it.innerText}`);
  level = Number(it.tagName[1]);
}
return found;
"""


def expect(what, found, wanted=True):
    if found != wanted:
        sys.exit(f"{what}: expected {wanted!r}, found {found!r}")


class Browser:
    """A window of chromium of a size in pixels, in light or dark colours."""

    name = "chromium"
    programs = ("chromium", "chromedriver")

    @classmethod
    def missing(cls):
        """The programs that are not installed."""
        return [program for program in cls.programs if not shutil.which(program)]

    def __init__(self, width=1280, height=800, dark=False):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        self.profile = tempfile.TemporaryDirectory()
        self.driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.base = f"http://127.0.0.1:{port}"
        arguments = [*ARGUMENTS, f"--user-data-dir={self.profile.name}"]
        if dark:
            arguments.append("--blink-settings=preferredColorScheme=0")
        options = {"args": arguments, "binary": shutil.which("chromium")}
        capabilities = {"goog:chromeOptions": options, "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"}}
        for _ in range(100):
            with contextlib.suppress(OSError):
                session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
                break
            time.sleep(0.1)
        else:
            sys.exit("chromedriver is not listening")
        self.base += f"/session/{session['sessionId']}"
        # Not the window's size, which has a minimum.
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(Exception):
            self.call("DELETE", "")
        self.driver.terminate()
        self.driver.wait()
        with contextlib.suppress(OSError):
            self.profile.cleanup()

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"].splitlines()[0]) from None

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, url):
        self.call("POST", "/url", {"url": url})

    def script(self, text, *arguments):
        return self.call("POST", "/execute/sync", {"script": text, "args": arguments})

    def find(self, css, text=None):
        """The first visible element of a CSS selector that contains a text; waits for it."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for found in self.call("POST", "/elements", {"using": "css selector", "value": css}):
                element = Element(self, found[ELEMENT])
                with contextlib.suppress(RuntimeError):
                    if element.is_displayed() and (text is None or text in element.text()):
                        return element
            time.sleep(0.05)
        sys.exit(f"not found on the page: {css} {text or ''}\n{self.script('return document.body.innerText')[:3000]}")

    def labelled(self, label):
        """The control of a label."""
        return self.find("#" + self.find("label", label).attribute("for"))

    def keys(self, *keys):
        """Presses keys, wherever the focus is."""
        actions = [{"type": kind, "value": KEYS.get(key, key)} for key in keys for kind in ("keyDown", "keyUp")]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def wait(self, what, script, *arguments):
        """Waits until a script returns a true value."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if value := self.script(script, *arguments):
                return value
            time.sleep(0.05)
        sys.exit(f"{what}: did not happen\n{self.script('return document.body.innerText')[:3000]}")

    def requests(self):
        """The URLs that the page asked for since the last call."""
        entries = self.call("POST", "/se/log", {"type": "performance"})
        messages = [json.loads(entry["message"])["message"] for entry in entries]
        return [message["params"]["request"]["url"] for message in messages if message["method"] == "Network.requestWillBeSent"]

    def console(self):
        """The browser's messages since the last call: errors, and violations of the policy. Its advice on forms is left out."""
        entries = self.call("POST", "/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if "[DOM]" not in entry["message"]]

    def faults(self):
        """What keeps people from reading the page or from using it with a screen reader."""
        return self.script(FAULTS)

    def scrolls_sideways(self):
        return self.script("return document.documentElement.scrollWidth > innerWidth")

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("GET", "/screenshot")))


class Element:
    def __init__(self, browser, identifier):
        self.browser = browser
        self.identifier = identifier

    def call(self, method, path, body=None):
        return self.browser.call(method, f"/element/{self.identifier}{path}", body)

    def text(self):
        return self.call("GET", "/text")

    def attribute(self, name):
        return self.call("GET", f"/attribute/{name}")

    def is_displayed(self):
        return self.call("GET", "/displayed")

    def click(self):
        self.call("POST", "/click", {})

    def type(self, text):
        self.call("POST", "/clear", {})
        self.call("POST", "/value", {"text": text})

    def paste(self, text):
        """Sets the value at once, as pasting does."""
        self.browser.script(
            "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))",
            {ELEMENT: self.identifier}, text,
        )  # fmt: skip
