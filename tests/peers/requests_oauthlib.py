"""Calls a running sandbox with requests_oauthlib, the way Extra Horizon documents for Python.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install requests_oauthlib
    cargo run -- sandbox -- /tmp/venv/bin/python tests/peers/requests_oauthlib.py

Exits with 0 when all is as expected. Run by hand: it needs a Python and two packages, which `cargo test` does not ask for.
"""

import os
import sys

# This file has the module's own name, and its folder comes first in the search path.
sys.path.pop(0)

from requests_oauthlib import OAuth1Session  # noqa: E402

HOST = os.environ["API_HOST"]
NAMES = {
    "client_key": "API_OAUTH_CONSUMER_KEY",
    "client_secret": "API_OAUTH_CONSUMER_SECRET",
    "resource_owner_key": "API_OAUTH_TOKEN",
    "resource_owner_secret": "API_OAUTH_TOKEN_SECRET",
}


def session(**changed):
    keys = {argument: os.environ[name] for argument, name in NAMES.items()}
    return OAuth1Session(**(keys | changed))


def expect(what, response, status, code=None):
    body = response.json()
    if response.status_code != status or body.get("code") != code:
        sys.exit(f"{what}: expected {status} {code}, got {response.status_code} {body}")
    print(f"{what}: {status} {body.get('name') or body['email']}")
    return body


me = expect("me", session().get(f"{HOST}/users/v1/me"), 200)
query = "?eq(email,zoe%40example.com)&limit(1)&a=1&a=&b=%C3%BC+%7E"
expect("query", session().get(f"{HOST}/users/v1/me{query}"), 200)
user = f"{HOST}/users/v1/{me['id']}"
expect("JSON", session().put(user, json={"first_name": "Zoë"}), 200)
# The signature is right, but the call requires JSON.
expect("form", session().put(user, data={"a": "b c+d&é", "e": ["", "~"]}), 400, 22)
for argument, code in {
    "client_key": 107,
    "resource_owner_key": 108,
    "client_secret": 109,
    "resource_owner_secret": 109,
}.items():
    expect(f"wrong {argument}", session(**{argument: "0" * 40}).get(f"{HOST}/users/v1/me"), 401, code)
first = session().get(f"{HOST}/users/v1/me")
expect("first", first, 200)
expect("replay", session().send(first.request), 401, 110)
expect("nowhere", session().get(f"{HOST}/nowhere"), 404, 903)
