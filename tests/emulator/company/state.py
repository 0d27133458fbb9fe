"""Compares the state that a client loads with the items of a table: state.py <url> <token>, after `aws dynamodb scan |`."""

import json
import sys

import tablecast

url, token = sys.argv[1:]
items = [{name: next(iter(value.values())) for name, value in item.items()} for item in json.load(sys.stdin)["Items"]]
in_table = {f"tickets/red/{item['id']}": {name: item[name] for name in ("id", "title", "status")} for item in items}
loaded = tablecast.state(url, "tickets/red/*", type="ticket.v1", token=lambda: token)
if loaded != in_table:
    sys.exit(f"the client loaded {loaded}, and the table has {in_table}")
print(f"{len(loaded)} items are equal")
