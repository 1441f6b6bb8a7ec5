"""Checks each signature in docs/other-services.md with oauthlib: services.py. Run by run-python."""

import base64
import hashlib
import re
import shlex
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from oauthlib.oauth1.rfc5849 import signature
from oauthlib.oauth1.rfc5849.utils import parse_authorization_header

ROOT = Path(__file__).parents[2]
SIGN = {
    "HMAC-SHA1": lambda text, secrets, key: signature.sign_hmac_sha1(text, *secrets),
    "HMAC-SHA256": lambda text, secrets, key: signature.sign_hmac_sha256(text, *secrets),
    "RSA-SHA1": lambda text, secrets, key: signature.sign_rsa_sha1_with_client(text, SimpleNamespace(rsa_key=key)),
    "RSA-SHA256": lambda text, secrets, key: signature.sign_rsa_sha256_with_client(text, SimpleNamespace(rsa_key=key)),
}


def check(command, printed):
    words = shlex.split(command)
    at = words.index("exh-oauth1")
    variables = dict(word.split("=", 1) for word in words[:at])
    method, url = words[at + 2 : at + 4]
    options = list(zip(words[at + 4 :], words[at + 5 :]))
    form = urlencode([tuple(value.split("=", 1)) for name, value in options if name == "-F"])
    bodies = [value for name, value in options if name == "-d"]
    keys = [Path(value.replace("$REPOSITORY", str(ROOT))).read_text() for name, value in options if name == "--rsa-key"]

    if printed.startswith("OAuth "):
        sent = [(name, unquote(value)) for name, value in parse_authorization_header(printed) if name != "realm"]
    else:
        sent = parse_qsl(urlsplit(printed).query or printed, keep_blank_values=True)
    fields = dict(sent)
    found = [pair for pair in sent if pair[0] != "oauth_signature"]
    if printed.startswith("OAuth "):
        found += parse_qsl(urlsplit(url).query) + parse_qsl(form)
    for body in bodies:
        assert fields["oauth_body_hash"] == base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
    escaped = [(signature.utils.escape(name), signature.utils.escape(value)) for name, value in found]
    parameters = "&".join(f"{name}={value}" for name, value in sorted(escaped))
    text = signature.signature_base_string(method, signature.base_string_uri(url), parameters)
    secrets = variables.get("API_OAUTH_CONSUMER_SECRET", ""), variables.get("API_OAUTH_TOKEN_SECRET", "")
    expected = SIGN[fields["oauth_signature_method"]](text, secrets, keys[0] if keys else None)
    assert fields["oauth_signature"] == expected, f"{url}: oauthlib signs {expected}"


def main():
    document = (ROOT / "docs/other-services.md").read_text()
    blocks = re.findall(r"```console\n\$ (.*)\n(.*)\n```", document)
    for command, printed in blocks:
        check(command, printed)
    assert len(blocks) == document.count("```console")
    print(f"oauthlib agrees with the {len(blocks)} signatures in docs/other-services.md")


main()
