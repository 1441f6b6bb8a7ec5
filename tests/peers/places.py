"""Protocol parameters in two places (RFC 5849 §3.5): oauthlib, Authlib and this crate must all reject them.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install oauthlib Authlib
    cargo build --example verifying_server
    /tmp/venv/bin/python tests/peers/places.py target/debug/examples/verifying_server

For each protocol parameter and each pair of places, the parameter is moved to the second place, or repeated there with another
value. The signature covers what is sent, so that only the places are wrong. Three requests with one place must be accepted.
"""

import base64
import hashlib
import hmac
import itertools
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # Plain HTTP; it is read when a request is made.

from authlib.oauth1.rfc5849.errors import OAuth1Error as AuthlibError
from authlib.oauth1.rfc5849.signature import verify_hmac_sha1
from authlib.oauth1.rfc5849.wrapper import OAuth1Request
from oauthlib.oauth1 import RequestValidator, ResourceEndpoint
from oauthlib.oauth1.rfc5849.errors import OAuth1Error

PLACES = ("header", "query", "form")
FORM = "application/x-www-form-urlencoded"
CLIENT, CLIENT_SECRET = "dpf43f3p2l4k3l03", "kd94hf93k423kf44"  # RFC 5849 §1.2
TOKEN, TOKEN_SECRET = "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"


def encode(text):
    return urllib.parse.quote(text, safe="-._~")


class Sent:
    """A request whose protocol parameters are in the given places, signed over everything in it."""

    nonces = itertools.count()

    def __init__(self, base, place, name=None, other=None, moved=False):
        protocol = {
            "oauth_body_hash": "Lve95gjOVATpfV8EL5X4nxwjKHE=",
            "oauth_callback": "oob",
            "oauth_consumer_key": CLIENT,
            "oauth_nonce": f"n{next(self.nonces)}x{time.time_ns()}",
            "oauth_signature": "",
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": str(int(time.time())),
            "oauth_token": TOKEN,
            "oauth_verifier": "hfdp7dh39dks9884",
            "oauth_version": "1.0",
        }
        self.parameters = {"header": {}, "query": {"file": "vacation.jpg"}, "form": {"size": "original"}}
        self.parameters[place].update(protocol)
        if name is None:
            del self.parameters[place]["oauth_body_hash"]  # A form must not have one.
        else:
            value = self.parameters[place].pop(name) if moved else self.parameters[place][name] + "2"
            self.parameters[other][name] = value
        self.uri = f"{base}/photos"
        signature = self.signature()
        for parameters in self.parameters.values():
            if "oauth_signature" in parameters:
                parameters["oauth_signature"] = signature + parameters["oauth_signature"]
        if self.parameters["query"]:
            self.uri += "?" + self.encoded("query")
        self.body = self.encoded("form")
        self.headers = {"Content-Type": FORM}
        if self.parameters["header"]:
            header = self.parameters["header"].items()
            self.headers["Authorization"] = "OAuth " + ", ".join(f'{name}="{encode(value)}"' for name, value in header)

    def encoded(self, place):
        return "&".join(f"{name}={encode(value)}" for name, value in self.parameters[place].items())

    def signature(self):
        pairs = [pair for parameters in self.parameters.values() for pair in parameters.items() if pair[0] != "oauth_signature"]
        normalized = "&".join("=".join(pair) for pair in sorted((encode(name), encode(value)) for name, value in pairs))
        base_string = "&".join(map(encode, ("POST", self.uri, normalized)))
        key = f"{CLIENT_SECRET}&{TOKEN_SECRET}"
        return base64.b64encode(hmac.digest(key.encode(), base_string.encode(), hashlib.sha1)).decode()


class Validator(RequestValidator):
    enforce_ssl = False
    dummy_client = dummy_access_token = "dummy"
    check_client_key = check_access_token = check_nonce = check_verifier = lambda self, text: bool(text)
    validate_client_key = lambda self, client_key, request: client_key == CLIENT
    validate_access_token = lambda self, client_key, token, request: token == TOKEN
    validate_realms = validate_timestamp_and_nonce = lambda self, *arguments, **named: True
    get_client_secret = lambda self, client_key, request: CLIENT_SECRET
    get_access_token_secret = lambda self, client_key, token, request: TOKEN_SECRET


class Credential:
    get_client_secret = lambda self: CLIENT_SECRET
    get_oauth_token_secret = lambda self: TOKEN_SECRET


def by_oauthlib(sent):
    endpoint = ResourceEndpoint(Validator())
    try:
        endpoint._create_request(sent.uri, "POST", sent.body, sent.headers)
    except OAuth1Error as error:
        return error.status_code
    return 200 if endpoint.validate_protected_resource_request(sent.uri, "POST", sent.body, sent.headers, ["all"])[0] else 401


def by_authlib(sent):
    try:
        request = OAuth1Request("POST", sent.uri, body=sent.body, headers=sent.headers)
    except AuthlibError as error:
        return error.status_code
    request.credential = request.client = Credential()
    return 200 if verify_hmac_sha1(request) else 401


def by_exh_oauth1(sent):
    request = urllib.request.Request(sent.uri, sent.body.encode(), sent.headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def main():
    server = subprocess.Popen([sys.argv[1]], stdout=subprocess.PIPE, text=True)
    try:
        base = server.stdout.readline().split()[-1]
        verifiers = {"oauthlib": by_oauthlib, "Authlib": by_authlib, "exh-oauth1": by_exh_oauth1}
        names = ["oauth_body_hash", *Sent(base, "header").parameters["header"]]
        rows = [(200, (place,)) for place in PLACES]
        for place, other in itertools.permutations(PLACES, 2):
            rows += [(400, (place, name, other, moved)) for name in names for moved in (False, True)]
        wrong = 0
        for expected, row in rows:
            statuses = {library: verify(Sent(base, *row)) for library, verify in verifiers.items()}
            if set(statuses.values()) != {expected}:
                wrong += 1
                print(f"{row}: expected {expected}, found {statuses}")
        print(f"{len(rows)} requests, {len(names)} parameters: {len(rows) - wrong} as expected by all three, {wrong} not")
        return 1 if wrong else 0
    finally:
        server.terminate()


if __name__ == "__main__":
    sys.exit(main())
