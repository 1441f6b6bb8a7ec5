"""Tries the stand-alone page in a browser as a person would: explain.py PAGE [PICTURES].

The page is opened from the disk and from a static server. PICTURES is a folder for screenshots.
"""

import functools
import http.server
import json
import sys
import threading
import urllib.parse
from pathlib import Path

from browser import ELEMENT, Browser, expect
from firefox import Firefox

PAGE = Path(sys.argv[1]).resolve()
PICTURES = Path(sys.argv[2]) if len(sys.argv) > 2 else None

RESULT = "return document.querySelector('[aria-label=Result]').innerText"
MARKUP = "<img src=x onerror=\"document.title=1\"><script>document.title=1</script>"
HEADER = 'OAuth oauth_consumer_key="dpf43f3p2l4k3l03", oauth_nonce="chapoH", oauth_signature="b", oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131202"'
CURL = """curl 'https://api.example.com/search?q=blue+bike' \\
  -H 'Authorization: OAuth oauth_consumer_key="dpf43f3p2l4k3l03", oauth_nonce="chapoH", oauth_signature="I6hweZu0UnQJfjtrT8e9jyKHyFs%3D", \
oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131202", oauth_token="nnch734d00sl2jdk", oauth_version="1.0"'"""


def ready(page):
    page.wait("the page is ready", "return document.documentElement.dataset.ready")


def result(page, text):
    page.wait(f"the result has {text!r}", f"return document.querySelector('[aria-label=Result]').innerText.includes({json.dumps(text)})")


# Clicks a button and returns the milliseconds until the result is there, and those since the page was opened.
ANSWER = """
const [button] = arguments;
const result = document.querySelector("[aria-label=Result]");
result.replaceChildren();
const start = performance.now();
const shown = new Promise((done) => new MutationObserver((_, observer) => {
  if (!result.querySelector(".verdict h2")) return;
  observer.disconnect();
  done([performance.now() - start, performance.now()]);
}).observe(result, { childList: true }));
button.click();
return shown;
"""


def times(page):
    """Loads all examples. Returns the milliseconds until the first answer since opening, and those of the slowest later one."""
    names = page.script("return [...document.querySelectorAll('.examples button')].map((one) => one.innerText)")
    expect("examples", len(names), 10)
    found = []
    for name in names:
        button = page.find(".examples button", name)
        found.append(page.script(ANSWER, {ELEMENT: button.identifier}))
        kind = "accepted" if name == "Right" else "refused"
        expect(f"{name} is {kind}", page.script(f"return !!document.querySelector('.verdict.{kind} h2')"))
    return round(found[0][1]), round(max(taken for taken, _ in found[1:]))


def ask(page, label, text):
    """Pastes a text into a field and waits for the response."""
    page.script("document.querySelector('[aria-label=Result]').replaceChildren()")
    page.labelled(label).paste(text)
    page.wait("a response", "return !!document.querySelector('[aria-label=Result] h2')")


def try_hostile(page):
    """Markup in every part of a request, and in every field, shows as text."""
    for hostile in (
        f"GET /{MARKUP} HTTP/1.1\nHost: {MARKUP}\nX-{MARKUP}: {MARKUP}\nAuthorization: OAuth oauth_consumer_key=\"{MARKUP}\", oauth_signature=\"{MARKUP}\"",
        f"GET /?{MARKUP}={MARKUP} HTTP/1.1\nHost: a.example\nAuthorization: OAuth oauth_consumer_key=\"a\", oauth_signature_method=\"HMAC-SHA1\", oauth_signature=\"b\"",
        f"curl 'http://a/?{MARKUP}=1' -H 'Authorization: OAuth oauth_nonce=\"<b>\", oauth_signature=\"x\"'",
        f"GET&http%3A%2F%2Fa%2F&{urllib.parse.quote(urllib.parse.quote(MARKUP))}%3D1",
        MARKUP,
    ):
        ask(page, "Your request", hostile)
    fields = ("Method", "URL", "Body", "Base string", "Other host", "RSA key")
    for label in fields:
        ask(page, label, MARKUP)
    ask(page, "Your request", CURL)
    expect("a script of a request ran", page.script("return document.title === '1' || document.querySelector('main img, main script') !== null"), False)
    for label in fields:
        page.labelled(label).paste("")


def try_large(page):
    """The milliseconds that the page stands still for a large input. One that is too large is rejected."""
    form = "&".join(f"name{number}=value%20{number}" for number in range(10000))
    text = f"POST / HTTP/1.1\nHost: a.example\nContent-Type: application/x-www-form-urlencoded\nAuthorization: {HEADER}\n\n{form}"
    page.script("""
        let last = performance.now();
        const step = () => { document.body.dataset.stop = Math.max(document.body.dataset.stop ?? 0, performance.now() - last); last = performance.now(); };
        setInterval(step, 10);
    """)
    ask(page, "Your request", text)
    page.wait("a turn of the page", "return document.body.dataset.stop > 0")
    stop = round(float(page.script("return document.body.dataset.stop")))
    ask(page, "Your request", text + "&" + "a" * 262144)
    result(page, "262144")
    return stop


def try_links(page, url):
    """A link fills the fields. A damaged or large one does no harm."""
    for fragment, text in (
        ("explain/%7B%22text%22%3A%22GET%20%2F%22%2C%22url%22%3A%22https%3A%2F%2Fa.example%2F%22%7D", "GET /"),
        ("explain/%E0%A4%A", ""), ("explain/null", ""), ("explain/{", ""), ("nothing/x", ""), ("explain/%7B%22text%22%3A%7B%7D%7D", ""),
    ):  # fmt: skip
        page.open("about:blank")
        page.open(f"{url}#{fragment}")
        ready(page)
        expect(f"the request of #{fragment}", page.script("return document.querySelector('textarea').value"), text)
    page.script("location.hash = 'explain/' + encodeURIComponent(JSON.stringify({ text: 'a'.repeat(1000000) }))")
    result(page, "262144")
    page.open("about:blank")
    page.open(url)
    ready(page)


def try_keyboard(page, url):
    """Tab reaches all controls in their order, and Enter loads an example."""
    focused = "const it = document.activeElement; return it.labels?.[0]?.innerText.trim() || it.innerText?.trim() || it.tagName"
    reached = []
    for _ in range(40):
        page.keys("Tab")
        name = page.script(focused)
        if name in ("Query not signed", "More: method, URL, body, base string, RSA key"):
            page.keys("Enter")
        if name in reached or name.startswith("Why"):
            break
        reached.append(name)
        outline = page.script("return getComputedStyle(document.activeElement).outlineStyle")
        expect(f"{name} shows that it has the focus", outline != "none")
    examples = page.script("return [...document.querySelectorAll('.examples button')].map((one) => one.innerText)")
    fields = ["Method", "URL", "Body", "Base string", "Other host", "Other secret", "RSA key", "Sign with an empty secret"]
    expected = ["Explain", "Steps", "Your request", *examples, "Consumer secret", "Token secret", "More: method, URL, body, base string, RSA key", *fields]
    expect("what Tab reaches", reached[: len(expected)], expected)
    page.wait("the verdict of the example", "return !!document.querySelector('.verdict.refused h2')")


def try_page(page, url):
    page.requests()
    page.open(url)
    ready(page)
    first, later = times(page)
    # A pasted command, and a wrong secret.
    page.labelled("Your request").paste(CURL)
    page.labelled("Consumer secret").type("kd94hf93k423kf44")
    page.labelled("Token secret").type("pfkkdhi9sl3r4s00")
    result(page, "Fix:")
    page.labelled("Consumer secret").type("not the secret")
    result(page, "No known mistake")
    expect("a secret on the page", "not the secret" in page.script("return document.documentElement.outerHTML"), False)
    # The link holds the input without secrets.
    if page.name == "chromium":
        page.devtools("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        page.find("button", "Link without secrets").click()
        page.find("button", "Copied")
        link = page.script("return navigator.clipboard.readText()")
        expect("the link", link.startswith(f"{url}#explain/%7B%22text%22%3A%22curl%20"))
        expect("a secret in the link", "secret" in link, False)
    try_hostile(page)
    stop = try_large(page)
    try_links(page, url)
    try_keyboard(page, url)
    page.find("nav a", "Steps").click()
    page.find("h3", "6. Signature")
    page.wait("the signature of the published example", "return document.body.innerText.includes('tR3+Ty81lMeYAr/Fid0kMTYa/WM=')")
    asked = [found for found in page.requests() if not found.startswith("chrome://")]
    expect("requests of the page", [found for found in asked if found != url and not found.startswith(("data:image", "blob:"))], [])
    expect("messages in the console", page.console(), [])
    return f"first answer {first} ms after opening, later ones at most {later} ms; 256 KiB: {stop} ms"


def pictures(page, name):
    page.open(PAGE.as_uri())
    ready(page)
    page.find(".examples button", "Query not signed").click()
    page.wait("the verdict", "return !!document.querySelector('.verdict.refused h2')")
    check(page, f"explain-{name}")
    page.find("summary").click()
    check(page, f"explain-more-{name}")
    page.find("nav a", "Steps").click()
    page.find("h3", "6. Signature")
    check(page, f"steps-{name}")


def check(page, name):
    expect(f"{name} scrolls sideways", page.scrolls_sideways(), False)
    expect(f"{name}: faults", page.faults(), [])
    if PICTURES:
        page.screenshot(PICTURES / f"{name}.png")


def main():
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=PAGE.parent)
    http.server.SimpleHTTPRequestHandler.log_message = lambda *_: None
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for kind in (Browser, Firefox):
        if absent := kind.missing():
            print(f"skipped: the page in a browser, which needs {' and '.join(absent)}")
            continue
        for url in (PAGE.as_uri(), f"http://127.0.0.1:{server.server_port}/{PAGE.name}"):
            with kind() as page:
                figures = try_page(page, url)
            print(f"{kind.name}, {url.split(':')[0]}: ten examples, a pasted command, a wrong secret, hostile and large input; no request; {figures}")
    if Browser.missing():
        return
    for name, width, dark in (("wide", 1280, False), ("wide-dark", 1280, True), ("narrow", 400, False), ("narrow-dark", 400, True)):
        with Browser(width, 800, dark) as page:
            pictures(page, name)
    print("at 400 and 1280 pixels, light and dark: nothing scrolls sideways, texts have contrast, controls have names, headings are in order")


main()
