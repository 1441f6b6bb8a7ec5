"""Tries the sandbox's page in a browser as a person would: inspector.py PROGRAM [PICTURES].

PICTURES is a folder for screenshots in four sizes and colours.
"""

import contextlib
import http.client
import os
import subprocess
import sys
import urllib.parse
from pathlib import Path

from browser import Browser, expect

PROGRAM = sys.argv[1]
MARKUP = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>"


@contextlib.contextmanager
def sandbox(*arguments):
    """The variables of a running sandbox."""
    process = subprocess.Popen([PROGRAM, "sandbox", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        lines = [process.stdout.readline() for _ in range(5)]
        yield dict(line.strip().removeprefix("export ").split("=", 1) for line in lines), process.pid
    finally:
        process.terminate()
        process.wait()


def run(variables, *arguments, **others):
    return subprocess.run([PROGRAM, *arguments], env={**variables, **others}, capture_output=True, text=True)


def send(variables, method, target, headers):
    """Sends a request as it is."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(variables["API_HOST"]).netloc, timeout=10)
    connection.putrequest(method, target, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    with contextlib.suppress(http.client.HTTPException):
        connection.getresponse().read()
    connection.close()


def signed(variables, url):
    return run(variables, "sign", "GET", url).stdout.strip()


def resident(pid):
    """Memory of a process in MiB."""
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) // 1024 for line in file if line.startswith("VmRSS"))


def try_page(page, variables):
    host = variables["API_HOST"]
    page.open(f"{host}/_/")
    page.find("h1", "exh-oauth1 sandbox")
    # An accepted and a refused request arrive while the page is open. The second one was signed without its query.
    run(variables, "me")
    send(variables, "GET", "/users/v1/?eq(language,FR)&limit(5)", {"Authorization": signed(variables, f"{host}/users/v1/"), "User-Agent": "a client"})
    page.find("[role=option]", "GET\n/users/v1/me")
    page.find("[role=option]", "/users/v1/?eq").click()
    page.find(".verdict.refused h2", "query")
    page.find(".verdict.refused p", "Fix:")
    page.find("tr.different td.missing", "missing: first difference")
    page.find("tr", "a client")
    text = page.script("return document.body.innerText")
    for name in ("API_OAUTH_CONSUMER_SECRET", "API_OAUTH_TOKEN_SECRET"):
        expect(f"{name} on the page", variables[name] in text, False)
    # Filter, by mouse and by keyboard.
    page.find("label", "Refused only").click()
    page.wait("one request", "return document.querySelectorAll('[role=option]').length === 1")
    page.find("label", "Refused only").click()
    page.script("document.activeElement.blur()")
    page.keys("/", *"v1/me")
    page.wait("the filter", "return document.querySelectorAll('[role=option]').length === 1")
    page.keys("Escape")
    page.wait("no filter", "return document.querySelectorAll('[role=option]').length === 2 && document.activeElement.getAttribute('role') === 'listbox'")
    page.keys("ArrowDown")
    page.find(".verdict.accepted h2")
    page.find("h3", "6. Signature")
    # Copying, which a page of this machine is allowed.
    page.devtools("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    page.find("button", "Copy as curl").click()
    page.find("button", "Copied")
    copied = page.script("return navigator.clipboard.readText()")
    expect("the copied command", copied.startswith(f"curl -X GET '{host}/users/v1/me'"))
    # Pause, continue, and clear.
    page.find("button", "Pause").click()
    run(variables, "get", "/users/v1/health")
    page.find("button", "Continue").click()
    page.find("[role=option]", "/users/v1/health")
    page.find("button", "Clear").click()
    page.wait("an empty list", "return document.querySelectorAll('[role=option]').length === 0")
    # Explain, with the credentials of the sandbox and with others.
    page.find("nav a", "Explain").click()
    command = run(variables, "get", "/users/v1/me", "--as", "curl").stdout
    page.labelled("Your request").paste(command)
    page.find(".verdict.accepted h2", "The signature is right")
    page.labelled("Your request").paste(command.replace("oauth_nonce=\"", "oauth_nonce=\"x"))
    page.find(".verdict.refused h2")


def try_hostile(page, variables):
    """A request with markup in every part shows as text."""
    host = variables["API_HOST"]
    page.open(f"{host}/_/")
    quoted = urllib.parse.quote(MARKUP)
    parameters = f'oauth_consumer_key="{variables["API_OAUTH_CONSUMER_KEY"]}", oauth_token="{quoted}", oauth_nonce="{quoted}", oauth_signature="{quoted}"'
    send(variables, "GET", f"/{MARKUP.replace(' ', '/')}?{quoted}={quoted}", {
        "Authorization": f"OAuth {parameters}", "User-Agent": MARKUP, "X-Header": MARKUP, "Content-Type": MARKUP,
    })  # fmt: skip
    page.find("[role=option]", "<img/src").click()
    page.find("h2", "GET /")
    page.wait("the header", "return document.body.innerText.includes('<img src=x onerror')")
    expect("a script of a request ran", page.script("return window.hacked === 1 || document.querySelector('main img, main script') !== null"), False)
    expect("messages in the console", page.console(), [])


def try_many(page, variables, pid):
    """10,000 requests with the page open leave the memory of the sandbox and of the page bounded."""
    page.open(f"{variables['API_HOST']}/_/")
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(variables["API_HOST"]).netloc, timeout=10)
    figures = []
    for _ in range(2):
        for _ in range(5000):
            connection.request("GET", "/users/v1/me")
            connection.getresponse().read()
        page.wait("the last 500 are listed", "return document.querySelectorAll('[role=option]').length === 500")
        figures.append(resident(pid))
    expect("requests of the page", page.script("return requests.length"), 500)
    print(f"10,000 requests: {figures[0]} MiB after half of them, {figures[1]} MiB in the end")
    expect("memory grew by more than 8 MiB", figures[1] - figures[0] > 8, False)


def main():
    if absent := Browser.missing():
        print(f"skipped: the sandbox's page in a browser, which needs {' and '.join(absent)}")
        return
    with sandbox() as (variables, pid):
        with Browser() as page:
            try_page(page, variables)
            print("a refused request, its cause, filter, keyboard, copy, pause, clear, explain")
            try_hostile(page, variables)
            print("markup in every part of a request is shown as text")
            try_many(page, variables, pid)
    with sandbox("--port", "3000") as (variables, _):
        for name, width, dark in (("wide", 1280, False), ("wide-dark", 1280, True), ("narrow", 400, False), ("narrow-dark", 400, True)):
            with Browser(width, 800, dark) as page:
                picture(page, variables, name)
        print("at 400 and 1280 pixels, light and dark: nothing scrolls sideways, texts have contrast, controls have names, headings are in order")


def fill(page, variables):
    """Opens the page with an accepted and a refused request, and selects the refused one."""
    host = variables["API_HOST"]
    page.open(f"{host}/_/")
    run(variables, "me")
    send(variables, "GET", "/users/v1/?eq(language,FR)&limit(5)", {"Authorization": signed(variables, f"{host}/users/v1/"), "User-Agent": "python-requests/2.34"})
    page.find("[role=option]", "?eq(language,FR)").click()
    page.find(".verdict.refused h2")


def picture(page, variables, name):
    fill(page, variables)
    expect(f"{name} scrolls sideways", page.scrolls_sideways(), False)
    expect(f"{name}: faults", page.faults(), [])
    if len(sys.argv) > 2:
        page.screenshot(Path(sys.argv[2]) / f"inspector-{name}.png")


if __name__ == "__main__":
    main()
