"""Writes the corpus of each target from vectors/: python3 fuzz/seed.py"""

import json
import pathlib

here = pathlib.Path(__file__).parent
keys = {"request": "uri", "header": "authorization", "form": "form"}
for path in sorted((here.parent / "vectors").glob("*.json")):
    for row in json.loads(path.read_text())["tests"]:
        for target, key in keys.items():
            if row.get(key):
                folder = here / "corpus" / target
                folder.mkdir(parents=True, exist_ok=True)
                (folder / row["id"]).write_text(row[key])
