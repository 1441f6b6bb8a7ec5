"""Calls `exh-oauth1 sandbox --echo` with requests_oauthlib and Authlib, in every place that they support. `run-echo` starts it."""

import os
import sys

# This folder has files with the names of modules.
sys.path.pop(0)

from authlib.integrations.requests_client import OAuth1Session as AuthlibSession  # noqa: E402
from requests_oauthlib import OAuth1Session  # noqa: E402

URL = os.environ["API_HOST"] + "/any/path?a=1&a=2&%C3%BC=%20"
CLIENT = os.environ["API_OAUTH_CONSUMER_KEY"], os.environ["API_OAUTH_CONSUMER_SECRET"]
TOKEN = os.environ["API_OAUTH_TOKEN"], os.environ["API_OAUTH_TOKEN_SECRET"]
FORM = {"b": "x y", "c": "&="}


def requests_oauthlib(place, method, token):
    keys = dict(zip(("client_key", "client_secret"), CLIENT))
    keys |= dict(zip(("resource_owner_key", "resource_owner_secret"), token))
    kinds = {"header": "AUTH_HEADER", "query": "QUERY", "form": "BODY"}
    return OAuth1Session(**keys, signature_type=kinds[place], signature_method=method)


def authlib(place, method, token):
    keys = dict(zip(("client_id", "client_secret", "token", "token_secret"), CLIENT + token))
    kinds = {"header": "HEADER", "query": "QUERY", "form": "BODY"}
    return AuthlibSession(**keys, signature_type=kinds[place], signature_method=method)


LIBRARIES = {
    requests_oauthlib: ("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"),
    authlib: ("HMAC-SHA1", "PLAINTEXT"),
}
failed = False
for library, methods in LIBRARIES.items():
    for place in ("header", "query", "form"):
        for method in methods:
            for token in (TOKEN, ()):
                response = library(place, method, token).post(URL, data=FORM)
                body = response.json()
                signature = body.get("signature", {})
                found = (response.status_code, signature.get("place"), signature.get("method"))
                failed |= found != (200, place, method)
                legs = "with a token" if token else "without a token"
                print(f"{library.__name__}: {place}, {method}, {legs}: {response.status_code} {body.get('message', '')}")
sys.exit(failed)
