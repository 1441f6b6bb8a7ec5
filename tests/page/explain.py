"""Tries the stand-alone page in a browser as a person would: explain.py PAGE [PICTURES].

The page is opened from the disk and from a static server. PICTURES is a folder for screenshots.
"""

import functools
import http.server
import json
import sys
import threading
import time
from pathlib import Path

from browser import Browser, expect, missing

PAGE = Path(sys.argv[1]).resolve()
PICTURES = Path(sys.argv[2]) if len(sys.argv) > 2 else None

RESULT = "return document.querySelector('[aria-label=Result]').innerText"
MARKUP = "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>"
CURL = """curl 'https://api.example.com/search?q=blue+bike' \\
  -H 'Authorization: OAuth oauth_consumer_key="dpf43f3p2l4k3l03", oauth_nonce="chapoH", oauth_signature="SIGNATURE", \
oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131202", oauth_token="nnch734d00sl2jdk", oauth_version="1.0"'"""


def ready(page):
    page.wait("the page is ready", "return document.documentElement.dataset.ready")


def result(page, text):
    page.wait(f"the result has {text!r}", f"return document.querySelector('[aria-label=Result]').innerText.includes({json.dumps(text)})")


def try_page(page, url):
    page.requests()
    page.open(url)
    opened = time.monotonic()
    ready(page)
    names = page.script("return [...document.querySelectorAll('.examples button')].map((one) => one.innerText)")
    expect("examples", len(names), 10)
    for name in names:
        page.find(".examples button", name).click()
        right = name in ("Right",)
        page.wait(f"an answer to {name}", f"return !!document.querySelector('.verdict.{'accepted' if right else 'refused'} h2')")
        if name == names[0]:
            first = time.monotonic() - opened
        page.script("document.querySelector('[aria-label=Result]').replaceChildren()")
    # A pasted command, and a wrong secret.
    signature = page.script("return EXAMPLES.find((one) => one.name === 'Space as +').text.match(/oauth_signature=\"([^\"]*)/)[1]")
    page.labelled("Your request").paste(CURL.replace("SIGNATURE", signature))
    page.labelled("Consumer secret").type("kd94hf93k423kf44")
    page.labelled("Token secret").type("pfkkdhi9sl3r4s00")
    result(page, "Fix:")
    page.labelled("Consumer secret").type("not the secret")
    result(page, "No known mistake")
    expect("a secret on the page", "not the secret" in page.script("return document.documentElement.outerHTML"), False)
    # The link holds the input without secrets.
    link = page.script("return link({ text: 'one' })")
    expect("the link", link, url.split("#")[0] + "#explain/%7B%22text%22%3A%22one%22%7D")
    # Markup in every part of a request runs nothing.
    for hostile in (
        f"GET /{MARKUP} HTTP/1.1\nHost: {MARKUP}\nAuthorization: OAuth oauth_consumer_key=\"{MARKUP}\", oauth_signature=\"{MARKUP}\"",
        f"curl 'http://a/?{MARKUP}=1' -H 'Authorization: OAuth oauth_nonce=\"<b>\", oauth_signature=\"x\"'",
        MARKUP,
    ):
        page.labelled("Your request").paste(hostile)
        time.sleep(0.4)
    expect("a script of a request ran", page.script("return window.hacked === 1 || document.querySelector('main img, main script') !== null"), False)
    # A large input leaves the page usable.
    page.labelled("Your request").paste("GET /?" + "a=1&" * 65536 + " HTTP/1.1\nHost: a.example\n")
    time.sleep(0.5)
    page.labelled("Your request").paste("")
    page.find("nav a", "Steps").click()
    page.find("h3", "6. Signature")
    page.wait("the signature of the published example", "return document.body.innerText.includes('tR3+Ty81lMeYAr/Fid0kMTYa/WM=')")
    asked = [found for found in page.requests() if not found.startswith("chrome://")]
    expect("requests of the page", [found for found in asked if found != url and not found.startswith("data:image")], [])
    expect("messages in the console", page.console(), [])
    return first


def pictures(page, name):
    page.open(PAGE.as_uri())
    ready(page)
    page.find(".examples button", "Query not signed").click()
    page.wait("the verdict", "return !!document.querySelector('.verdict.refused h2')")
    expect(f"{name} scrolls sideways", page.scrolls_sideways(), False)
    if PICTURES:
        page.screenshot(PICTURES / f"explain-{name}.png")


def main():
    if absent := missing():
        print(f"skipped: the page in a browser, which needs {' and '.join(absent)}")
        return
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=PAGE.parent)
    http.server.SimpleHTTPRequestHandler.log_message = lambda *_: None
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for url in (PAGE.as_uri(), f"http://127.0.0.1:{server.server_port}/{PAGE.name}"):
        with Browser() as page:
            seconds = try_page(page, url)
        print(f"{url.split(':')[0]}: ten examples, a pasted command, a wrong secret, hostile and large input; no request; first answer after {seconds:.2f} s")
    for name, width, dark in (("wide", 1280, False), ("wide-dark", 1280, True), ("narrow", 400, False), ("narrow-dark", 400, True)):
        with Browser(width, 800, dark) as page:
            pictures(page, name)
    print("at 400 and 1280 pixels, light and dark: nothing scrolls sideways")


main()
