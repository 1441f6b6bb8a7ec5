"""Debian's firefox-esr by Marionette, its own protocol for tests, with the commands of browser.py
(https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html)."""

import contextlib
import http.server
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from browser import Browser

COMMANDS = {
    "/url": "Navigate", "/execute/sync": "ExecuteScript", "/elements": "FindElements", "/actions": "PerformActions", "/screenshot": "TakeScreenshot",
    "/text": "GetElementText", "/attribute": "GetElementAttribute", "/displayed": "IsElementDisplayed", "/click": "ElementClick",
    "/clear": "ElementClear", "/value": "ElementSendKeys",
}  # fmt: skip

# Of the browser's own services: settings, updates, plugins.
OWN_HOSTS = ("mozilla.com:443", "mozilla.net:443", "mozilla.org:443", "update.googleapis.com:443")


class Proxy(http.server.BaseHTTPRequestHandler):
    """Records what the browser asks for. Requests to this machine are passed on, all others get an error."""

    def do_GET(self):
        self.server.asked.append(self.path)
        if not self.path.startswith("http://127.0.0.1:"):
            self.send_error(502)
            return
        try:
            response = urllib.request.build_opener(urllib.request.ProxyHandler({})).open(self.path)
        except urllib.error.HTTPError as error:
            response = error
        self.send_response(response.status)
        self.send_header("Content-Type", response.headers["Content-Type"])
        self.end_headers()
        self.wfile.write(response.read())

    do_CONNECT = do_HEAD = do_OPTIONS = do_POST = do_GET

    def log_message(self, *_):
        pass


class Firefox(Browser):
    """A window of Firefox whose requests go to a proxy that records them, also those to this machine."""

    name = "firefox"
    programs = ("firefox-esr",)

    def __init__(self):
        self.proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        self.proxy.asked = []
        threading.Thread(target=self.proxy.serve_forever, daemon=True).start()
        self.profile = tempfile.TemporaryDirectory()
        folder = Path(self.profile.name)
        preferences = {
            "marionette.port": 0, "network.proxy.type": 1, "network.proxy.allow_hijacking_localhost": True,
            **{f"network.proxy.{kind}": "127.0.0.1" for kind in ("http", "ssl")},
            **{f"network.proxy.{kind}_port": self.proxy.server_port for kind in ("http", "ssl")},
        }  # fmt: skip
        (folder / "user.js").write_text("".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items()))
        self.driver = subprocess.Popen(
            ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.number = 0
        self.socket = self.connect(folder / "MarionetteActivePort")
        self.receive()
        self.send("NewSession", {})

    def connect(self, file):
        """Waits for the port that the browser writes into a file."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.driver.poll() is None:
            with contextlib.suppress(OSError, ValueError):
                return socket.create_connection(("127.0.0.1", int(file.read_text())), 60)
            time.sleep(0.1)
        sys.exit("firefox-esr is not listening")

    def __exit__(self, *_):
        self.socket.close()
        self.driver.terminate()
        self.driver.wait()
        self.proxy.shutdown()
        with contextlib.suppress(OSError):
            self.profile.cleanup()

    def receive(self):
        """A message: its length, a colon, and JSON."""
        length = b""
        while not length.endswith(b":"):
            length += self.socket.recv(1)
        message = b""
        while len(message) < int(length[:-1]):
            message += self.socket.recv(65536)
        return json.loads(message)

    def send(self, command, parameters):
        self.number += 1
        message = json.dumps([0, self.number, f"WebDriver:{command}", parameters])
        self.socket.sendall(f"{len(message)}:{message}".encode())
        _, _, error, result = self.receive()
        if error:
            raise RuntimeError(error["message"])
        return result["value"] if isinstance(result, dict) and "value" in result else result

    def call(self, method, path, body=None):
        parameters = dict(body or {})
        if path.startswith("/element/"):
            _, _, parameters["id"], *rest = path.split("/")
            path = f"/{rest[0]}"
            if rest[1:]:
                parameters["name"] = rest[1]
        return self.send(COMMANDS[path], parameters)

    def requests(self):
        """The URLs or hosts that were asked for since the last call, without those of the browser's own services."""
        found = [asked for asked in self.proxy.asked if not asked.endswith(OWN_HOSTS)]
        self.proxy.asked.clear()
        return found

    def console(self):
        """Not part of Marionette."""
        return []
