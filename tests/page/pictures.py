"""Makes the pictures of the documentation: pictures.py PROGRAM PAGE [FOLDER], which is docs/images by default."""

import html
import os
import pty
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import inspector
from browser import Browser

PROGRAM, PAGE = sys.argv[1], Path(sys.argv[2]).resolve()
FOLDER = Path(sys.argv[3] if len(sys.argv) > 3 else "docs/images")
CREDENTIALS = {
    "API_OAUTH_CONSUMER_KEY": "dpf43f3p2l4k3l03", "API_OAUTH_CONSUMER_SECRET": "kd94hf93k423kf44",
    "API_OAUTH_TOKEN": "nnch734d00sl2jdk", "API_OAUTH_TOKEN_SECRET": "pfkkdhi9sl3r4s00",
}  # fmt: skip
COLOURS = {31: "#f2777a", 32: "#99cc99", 33: "#ffcc66", 34: "#6699cc", 35: "#cc99cc", 36: "#66cccc", 90: "#888", 91: "#f2777a", 92: "#99cc99", 93: "#ffcc66"}
STYLE = "body{margin:0;background:#1d1f21;color:#e0e0e0;font:14px/1.45 'DejaVu Sans Mono',monospace}pre{margin:0;padding:18px 22px;white-space:pre}"


def on_terminal(*arguments):
    """What the program prints on a terminal of 100 columns."""
    master, slave = pty.openpty()
    variables = {**CREDENTIALS, "TERM": "xterm-256color", "COLUMNS": "100"}
    process = subprocess.Popen([PROGRAM, *arguments], env=variables, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    chunks = []
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:
            break
        if not chunk:
            break
        chunks.append(chunk)
    process.wait()
    return b"".join(chunks).decode().replace("\r\n", "\n")


def as_html(text):
    """Replaces colours and bold by elements."""
    made, is_open = [], False
    for part in re.split(r"(\x1b\[[\d;]*m)", text):
        if not (code := re.fullmatch(r"\x1b\[([\d;]*)m", part)):
            made.append(html.escape(part))
            continue
        numbers = [int(number or 0) for number in code[1].split(";")]
        if is_open and 0 in numbers:
            made.append("</span>" * is_open)
            is_open = 0
        styles = [f"color:{COLOURS[number]}" for number in numbers if number in COLOURS] + ["font-weight:bold"] * (1 in numbers)
        if styles:
            made.append(f'<span style="{";".join(styles)}">')
            is_open = int(is_open) + 1
    return "".join(made)


def terminal():
    command = "exh-oauth1 explain --curl command.txt"
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(
            "curl 'http://photos.example.net/photos?file=vacation.jpg&size=original' -H 'Authorization: OAuth "
            'oauth_consumer_key="dpf43f3p2l4k3l03", oauth_nonce="chapoH", oauth_signature="EqWuyLp5qsEPpQVtIZvupthSajk%3D", '
            'oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131202", oauth_token="nnch734d00sl2jdk"\'\n'
        )
        file.flush()
        printed = on_terminal("explain", "--curl", file.name)
    page = f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><pre>$ {command}\n{as_html(printed).rstrip()}</pre>"
    with tempfile.NamedTemporaryFile("w", suffix=".html") as file:
        file.write(page)
        file.flush()
        lines = printed.count("\n") + 2
        with Browser(900, 40 + lines * 21) as browser:
            browser.open(Path(file.name).as_uri())
            browser.screenshot(FOLDER / "terminal.png")


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    terminal()
    with inspector.sandbox("--port", "3000") as (variables, _), Browser(1180, 640) as browser:
        inspector.fill(browser, variables)
        browser.screenshot(FOLDER / "inspector.png")
    with Browser(1180, 800) as browser:
        browser.open(PAGE.as_uri())
        browser.wait("the page is ready", "return document.documentElement.dataset.ready")
        browser.find(".examples button", "Query not signed").click()
        browser.wait("the verdict", "return !!document.querySelector('.verdict.refused h2')")
        browser.screenshot(FOLDER / "explain.png")
    for picture in ("terminal", "inspector", "explain"):
        print(f"{picture}.png: {(FOLDER / f'{picture}.png').stat().st_size} bytes")


main()
