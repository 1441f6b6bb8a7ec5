"""Fills in the stages of rows and writes a vector file."""

import json
import re

import check


def fill(test):
    """The row with all stages by rfc5849.py, keys in the order of the schema."""
    test = dict({"flags": [], "through": check.rfc5849.through(test), "result": "valid"}, **test)
    if check.oauthlib_cannot(test):
        test["flags"] = test["flags"] + ["oauthlib-cannot"]
    test.update((stage, value) for stage, value in check.compute(test).items() if stage not in test)
    return {key: test[key] for key in check.KEYS if key in test}


def write(name, head, notes, tests, compact=False):
    used = {flag for test in tests for flag in test["flags"]}
    content = dict(head, notes={flag: text for flag, text in notes.items() if flag in used})
    content.update(numberOfTests=len(tests), tests=tests)
    text = json.dumps(dict(content, tests=[]) if compact else content, indent=1, ensure_ascii=False)
    if compact:
        rows = ",\n".join("  " + json.dumps(test, ensure_ascii=False, separators=(",", ":")) for test in tests)
        text = text[: text.rindex("[]")] + "[\n" + rows + "\n ]\n}"
    text = re.sub("[\x7f-\x9f]", lambda control: "\\u%04x" % ord(control[0]), text)
    (check.VECTORS / (name + ".json")).write_text(text + "\n", encoding="utf-8")
