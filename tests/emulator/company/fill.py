"""Writes tickets into a table: fill.py <table> <count>. A command of the AWS CLI for each request would need a second to start."""

import sys

import botocore.session

table, count = sys.argv[1], int(sys.argv[2])
dynamodb = botocore.session.get_session().create_client("dynamodb")
for first in range(1000, 1000 + count, 25):
    texts = [{"team": "red", "id": f"{first + number}", "title": "A lamp", "status": "OPEN"} for number in range(25)]
    items = [{name: {"S": text} for name, text in item.items()} for item in texts]
    dynamodb.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": item}} for item in items]})
