"""Reads lines of JSON, {"schema": ..., "events": [...]}, and says of each what Python's jsonschema thinks by draft 4: a
list with "ok" or the reason for the schema itself, then for each event."""
import json
import sys

from jsonschema import Draft4Validator, FormatChecker
from jsonschema.exceptions import SchemaError


def verdicts(schema, events):
    try:
        Draft4Validator.check_schema(schema)
    except SchemaError as error:
        return [f"no schema: {error.message}"]
    validator = Draft4Validator(schema, format_checker=FormatChecker())
    errors = (next(validator.iter_errors(event), None) for event in events)
    return ["ok"] + [f"{error.json_path}: {error.message}" if error else "ok" for error in errors]


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(verdicts(asked["schema"], asked["events"])))
