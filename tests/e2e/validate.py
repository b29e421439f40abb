#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# validate.py - checks JSON documents, one after another in a file, against a part of the schema of host documents.
#
# usage: validate.py SCHEMA PART FILE - PART: host, row or interval. An array stands for its members, a page for its results.
# Exit code 0: all are valid, and there is one at least; 1: not so; 77: the validator is not installed.
import json
import sys

try:
    import jsonschema
except ImportError:
    sys.exit(77)


def documents(text):
    """The values in a text, of arrays and pages their members."""
    decoder, at = json.JSONDecoder(), 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if at == len(text):
            return
        value, at = decoder.raw_decode(text, at)
        if isinstance(value, dict) and "results" in value:
            value = value["results"]
        if isinstance(value, dict) and list(value) == ["next"]:
            continue
        yield from value if isinstance(value, list) else [value]


schema_path, part, path = sys.argv[1:]
with open(schema_path, encoding="utf-8") as f:
    schema = json.load(f)
if part != "host":
    schema = {"$ref": "#/$defs/" + part, "$defs": schema["$defs"]}
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
count = bad = 0
with open(path, encoding="utf-8") as f:
    for document in documents(f.read()):
        count += 1
        for error in validator.iter_errors(document):
            print(f"{document.get('ip')}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
            bad += 1
print(f"  {count} documents, {bad} errors")
sys.exit(bad > 0 or count == 0)
