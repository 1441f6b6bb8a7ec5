"""Recomputes every stage of every vector, once with rfc5849.py and once with oauthlib.

    python vectors/generate/check.py            compare, print counts, exit 1 on a difference
    python vectors/generate/check.py --why      also name each row that oauthlib cannot express
"""

import base64
import collections
import hmac
import ipaddress
import json
import pathlib
import re
import sys
import urllib.parse

sys.dont_write_bytecode = True
import rfc5849  # noqa: E402

VECTORS = pathlib.Path(__file__).resolve().parent.parent
HEAD = ["source", "url", "version", "license", "generator", "notes", "numberOfTests", "tests"]
KEYS = [
    "id", "comment", "flags", "through", "method", "uri", "form", "realm", "protocol_parameters",
    "signature_method", "client_secret", "token_secret", "rsa_private_key", "base_string_uri",
    "normalized_parameters", "base_string", "signature", "authorization", "refused", "result",
]
WRONG = [
    "id", "comment", "library", "version", "method", "uri", "form", "client", "token", "rsa_private_key",
    "signature_method", "authorization", "signature", "base_string", "emitted_base_string", "causes",
]
STAGES = KEYS[13:18]
UNENCODED_KEY = "secrets not percent-encoded"
OAUTHLIB_CHARACTERS = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-=&;:%+~,*@!()/?'$")

problems, counts = [], collections.Counter()


def problem(where, what):
    problems.append("%s: %s" % (where, what))


def same(where, stage, found, expected):
    if found != expected:
        problem(where, "%s\n    file     %s\n    computed %s" % (stage, found, expected))


def pem(test):
    name = test.get("rsa_private_key")
    return (VECTORS / "keys" / name).read_bytes() if name else None


def compute(test):
    """All stages that the row's inputs allow."""
    stages, protocol = {}, test.get("protocol_parameters", [])
    if "uri" in test:
        uri, form = test["uri"], test.get("form")
        stages["base_string_uri"] = rfc5849.base_string_uri(uri)
        stages["normalized_parameters"] = rfc5849.normalized_parameters(uri, form, protocol)
        stages["base_string"] = rfc5849.base_string(test["method"], uri, form, protocol)
    if "signature_method" in test:
        base = stages.get("base_string", test.get("base_string", ""))
        stages["signature"] = sign(test, base)
    if rfc5849.through(test) != "step":
        stages["authorization"] = rfc5849.authorization(test.get("realm"), protocol, stages["signature"])
    return stages


def sign(test, base):
    return rfc5849.signature(
        test["signature_method"], base, test.get("client_secret"), test.get("token_secret"), pem(test)
    )


def oauthlib_cannot(test):
    """Why oauthlib cannot express this row, or None."""
    sent = [urllib.parse.urlsplit(test["uri"]).query if "uri" in test else "", test.get("form", "")]
    for text in sent:
        if set(text) - OAUTHLIB_CHARACTERS:
            return "refuses a character that stands unescaped in the query or form"
        for name, value in rfc5849.pairs(text):
            try:
                name.decode(), value.decode()
            except UnicodeDecodeError:
                return "turns octets that are not UTF-8 into U+FFFD"
            if name.startswith(b"oauth_") and b"%" in value:
                return "decodes the value of an oauth_ parameter in the query or form twice"
    names = [name for name, _ in test.get("protocol_parameters", [])]
    if len(set(names)) != len(names) or any(not re.fullmatch("oauth_[a-z_]+", n) for n in names):
        return "reads other protocol parameters than oauth_ ones wrongly"
    if "uri" in test:
        _, authority, path, _ = rfc5849.split_uri(test["uri"])
        address = re.search(r"\[(.*)\]", authority)
        if address and str(ipaddress.ip_address(address[1])) != address[1].lower():
            return "rewrites an IPv6 address that is not in its shortest spelling"
        if path.endswith(";"):
            return "drops a semicolon at the end of the path"
    return None


def oauthlib_stages(test):
    """The same stages by oauthlib's own functions."""
    from oauthlib import oauth1
    from oauthlib.oauth1.rfc5849 import signature as theirs

    stages = {}
    if "uri" in test:
        # The signature is left out by oauthlib itself, so a dummy shows that it is.
        header = rfc5849.authorization(test.get("realm"), test.get("protocol_parameters", []), "dummy")
        query = urllib.parse.urlsplit(test["uri"]).query
        collected = theirs.collect_parameters(query, test.get("form", ""), {"Authorization": header})
        stages["base_string_uri"] = theirs.base_string_uri(test["uri"])
        stages["normalized_parameters"] = theirs.normalize_parameters(collected)
        stages["base_string"] = theirs.signature_base_string(
            test["method"], stages["base_string_uri"], stages["normalized_parameters"]
        )
    if "signature_method" in test:
        base = stages.get("base_string", test.get("base_string", ""))
        key = pem(test)
        client = oauth1.Client(
            "key",
            client_secret=test.get("client_secret", ""),
            resource_owner_secret=test.get("token_secret", ""),
            rsa_key=key and key.decode(),
        )
        name = "sign_%s_with_client" % test["signature_method"].lower().replace("-", "_")
        stages["signature"] = getattr(theirs, name)(base, client)
    return stages


def check_head(path, content, keys):
    where = path.name
    if list(content) != HEAD:
        problem(where, "keys of the head are %s" % list(content))
    if content["numberOfTests"] != len(content["tests"]):
        problem(where, "numberOfTests is not %d" % len(content["tests"]))
    used = set()
    for test in content["tests"]:
        if list(test) != [key for key in keys if key in test]:
            problem(test["id"], "unknown keys or wrong order: %s" % list(test))
        if not test["id"].startswith(path.stem + "-") or re.search("[^a-z0-9.-]", test["id"]):
            problem(test["id"], "id does not begin with the file name, or is not kebab-case")
        if test["id"] in ids:
            problem(test["id"], "id is used twice")
        ids.add(test["id"])
        used |= set(test.get("flags", []))
    if used != set(content["notes"]):
        problem(where, "flags and notes differ: %s" % sorted(used ^ set(content["notes"])))


def check_row(test, why):
    where = test["id"]
    same(where, "through", test["through"], rfc5849.through(test))
    expected = compute(test)
    for stage in STAGES:
        if stage in test and stage in expected:
            same(where, stage, test[stage], expected[stage])
            counts["stages by rfc5849.py"] += 1
    for stage in set(STAGES) & (set(expected) ^ set(test)):
        if not (stage == "base_string" and "uri" not in test):
            problem(where, "%s is missing, or cannot be computed" % stage)
    refused = test.get("refused", {})
    if test["result"] != ("invalid" if "signature" in refused else "valid"):
        problem(where, "result does not fit refused")
    for stage in set(refused) - {"cause"}:
        if refused[stage] == test[stage]:
            problem(where, "refused.%s is the right one" % stage)
    if {"signature", "base_string"} <= set(refused):
        same(where, "refused.signature", refused["signature"], sign(test, refused["base_string"]))
    reason = oauthlib_cannot(test)
    if reason:
        counts["not expressible: oauthlib " + reason] += 1
        if why:
            print("%s: oauthlib %s" % (where, reason))
        return
    try:
        for stage, value in oauthlib_stages(test).items():
            if stage in test:
                same(where, stage + " (oauthlib)", test[stage], value)
                counts["stages by oauthlib"] += 1
    except ValueError as error:
        problem(where, "oauthlib: %s" % error)


def header_parameters(header):
    """The protocol parameters of a header, without realm and signature."""
    found = re.findall(r'([A-Za-z0-9_%.~-]+)="([^"]*)"', header.partition(" ")[2])
    # Only %XX is an escape here; a plus sign is a plus sign.
    found = [(n, urllib.parse.unquote(v)) for n, v in found if n != "realm"]
    return [p for p in found if p[0] != "oauth_signature"], dict(found)["oauth_signature"]


def check_wrong(test):
    protocol, claimed = header_parameters(test["authorization"])
    secrets = dict(test, client_secret=test["client"].get("secret"), token_secret=test.get("token", {}).get("secret"))
    base = rfc5849.base_string(test["method"], test["uri"], test.get("form"), protocol)
    same(test["id"], "base_string", test["base_string"], base)
    same(test["id"], "signature", test["signature"], sign(secrets, base))
    if claimed == test["signature"]:
        problem(test["id"], "the header's signature is the right one")
    if UNENCODED_KEY in test["causes"]:
        key = "&".join(secrets[name] or "" for name in ("client_secret", "token_secret"))
        emitted = hmac.digest(key.encode(), test["emitted_base_string"].encode(), "sha1")
        same(test["id"], "emitted signature", claimed, base64.b64encode(emitted).decode())
    else:
        same(test["id"], "emitted signature", claimed, sign(secrets, test["emitted_base_string"]))
        if test["emitted_base_string"] == base:
            problem(test["id"], "the emitted base string is the right one")
    same(test["id"], "consumer key", test["client"]["identifier"], dict(protocol)["oauth_consumer_key"])
    same(test["id"], "token", test.get("token", {}).get("identifier"), dict(protocol).get("oauth_token"))


def check_percent(test):
    data = bytes.fromhex(test["input_octets"]) if "input_octets" in test else test["input"].encode()
    same(test["id"], "output", test["output"], rfc5849.encode(data))
    same(test["id"], "decoded", rfc5849.decode(test["output"]), data)


ids = set()


def main():
    why = "--why" in sys.argv
    for path in sorted(VECTORS.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        if path.name == "percent-encoding.json":
            check_head(path, content, ["id", "input", "input_octets", "output", "source"])
            for test in content["tests"]:
                check_percent(test)
        elif path.name == "wrong-signatures.json":
            check_head(path, content, WRONG)
            for test in content["tests"]:
                check_wrong(test)
        elif path.name == "rql.json":
            check_head(path, content, ["id", "comment", "flags", "calls", "build", "intermediate"])
        else:
            check_head(path, content, KEYS)
            for test in content["tests"]:
                check_row(test, why)
                counts["through " + test["through"]] += 1
                counts["signature method " + test.get("signature_method", "none")] += 1
                counts["result " + test["result"]] += 1
        print("%6d  %s" % (content["numberOfTests"], path.name))
    for name, count in sorted(counts.items()):
        print("%6d  %s" % (count, name))
    for text in problems:
        print("DIFFERENT " + text)
    print("%d rows, %d differences" % (len(ids), len(problems)))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
