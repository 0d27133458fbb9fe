"""Reads lines of JSON, {"schema": ..., "events": [...]}, and validates them with Python's jsonschema and draft 4.
Prints a list for each line: "ok" or the error for the schema, then for each event."""
import json
import sys

from jsonschema import Draft4Validator, FormatChecker
from jsonschema.exceptions import SchemaError


def verdicts(schema, events):
    try:
        Draft4Validator.check_schema(schema)
    except SchemaError as error:
        return [f"not a schema: {error.message}"]
    validator = Draft4Validator(schema, format_checker=FormatChecker())
    errors = (next(validator.iter_errors(event), None) for event in events)
    return ["ok"] + [f"{error.json_path}: {error.message}" if error else "ok" for error in errors]


for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(verdicts(request["schema"], request["events"])))
