"""AWS's own answers, as LocalStack recorded them: event patterns, filters of streams, PutEvents and DynamoDB streams."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from answers import ask
from local_mode import local_mode
from recorded import answer, differences
from report import Report, commit_of

SERVICES = "tests/aws/services"
FILTERS = "lambda_/event_source_mapping/test_lambda_integration_dynamodbstreams.py"


def patterns(folder: Path) -> Iterator[tuple[str, dict[str, Any], bool | None]]:
    """Return each pattern, its event, and whether AWS matches them. `None` if AWS refuses the pattern."""
    import json5

    for file in sorted((folder / SERVICES / "events/event_pattern_templates").glob("*.json5")):
        template = json5.loads(file.read_text())
        case = {"pattern": json.dumps(template["EventPattern"]), "events": [json.dumps(template["Event"])]}
        yield f"pattern {file.stem}", case, None if file.stem.endswith("_EXC") else not file.stem.endswith("_NEG")


def filters(folder: Path) -> Iterator[tuple[str, dict[str, Any], list[bool]]]:
    """Return each filter of a stream with two records, and which of them AWS passes."""
    for node in ast.walk(ast.parse((folder / SERVICES / FILTERS).read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "param" and len(node.args) == 4:
            first, second, pattern, calls = (ast.literal_eval(argument) for argument in node.args)
            name = next(word.value.value for word in node.keywords if word.arg == "id")
            records = [record(first, None), record(second, first if first["id"] == second["id"] else None)]
            case = {"pattern": json.dumps(pattern), "events": [json.dumps(one) for one in records]}
            yield f"filter {name}", case, [True, calls == 2]


def record(new: dict[str, Any], old: dict[str, Any] | None) -> dict[str, Any]:
    images = {"NewImage": new} | ({"OldImage": old} if old else {})
    change = {"ApproximateCreationDateTime": 1657720081, "Keys": {"id": new["id"]}, **images}
    return {"eventName": "MODIFY" if old else "INSERT", "eventSource": "aws:dynamodb", "dynamodb": change}


def run_patterns(folder: Path) -> Report:
    report = Report("LocalStack: patterns", notes=[f"commit {commit_of(folder)}"])
    found = list(patterns(folder))
    for (name, case, expected), ours in zip(found, ask("patterns", (case for _, case, _ in found)), strict=True):
        actual = None if "refused" in ours else ours["matches"][0]
        report.count(actual == expected, name, f"{case['pattern'][:200]}: tablecast {ours}, AWS {expected}")
    rows = list(filters(folder))
    for (name, case, passed), ours in zip(rows, ask("patterns", (case for _, case, _ in rows)), strict=True):
        report.count(ours.get("matches") == passed, name, f"{case['pattern'][:200]}: tablecast {ours}, AWS {passed}")
    return report


class Recordings:
    """The answers of AWS in one file, by the name of a test and of an answer."""

    def __init__(self, folder: Path, file: str) -> None:
        recorded = json.loads((folder / SERVICES / file).read_text())
        self.answers = {name.split("::")[-1]: value["recorded-content"] for name, value in recorded.items()}

    def compare(self, report: Report, test: str, name: str, actual: Any) -> None:
        found = list(differences(self.answers[test][name], actual))
        report.count(not found, f"{test} {name}", "; ".join(found[:4]))


def call(client: Any, operation: str, **parameters: Any) -> dict[str, Any]:
    """Return the response, or the error."""
    from botocore.exceptions import ClientError

    try:
        return answer(getattr(client, operation)(**parameters))
    except ClientError as error:
        return answer(error.response)


def put_events(report: Report, recordings: Recordings, events: Any) -> None:
    entry = {"Source": "core.update-account-command", "DetailType": "core.update-account-command"}
    detail = json.dumps({"command": "update-account", "payload": {"acc_id": "0a787ecb-4015", "sf_id": "baz"}})
    cases = {
        "test_put_events_without_source": [{"DetailType": entry["DetailType"], "Detail": detail}],
        "test_put_event_without_detail": [entry],
        "test_put_event_without_detail_type": [{"Source": "some.source", "Detail": detail, "DetailType": ""}],
        "test_put_event_malformed_detail[STRING]": [{**entry, "Detail": "NotJSON"}],
        "test_put_event_malformed_detail[ARRAY]": [{**entry, "Detail": "[]"}],
        "test_put_event_malformed_detail[MALFORMED_JSON]": [{**entry, "Detail": "{{}"}],
        "test_put_event_malformed_detail[SERIALIZED_STRING]": [{**entry, "Detail": '"NotJSON"'}],
        "test_put_event_with_too_big_detail": [{**entry, "Detail": json.dumps({"payload": ["p" * (256 * 1024 - 17)]})}],
        "test_put_events_exceed_limit_ten_entries[default]": [{**entry, "Detail": detail}] * 11,
        "test_put_events_response_entries_order": [{**entry, "Detail": detail}],
    }
    for test, entries in cases.items():
        name = next(iter(recordings.answers[test]))
        recordings.compare(report, test, name, call(events, "put_events", Entries=entries))


class Table:
    """A table with a stream, as LocalStack's tests make it."""

    def __init__(self, dynamodb: Any, streams: Any, name: str, key: str, view: str | None) -> None:
        self.dynamodb, self.streams, self.name = dynamodb, streams, name
        stream = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}} if view else {}
        self.created = call(
            dynamodb,
            "create_table",
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
            **stream,
        )

    def described(self) -> dict[str, Any]:
        return call(self.streams, "describe_stream", StreamArn=self.created["TableDescription"]["LatestStreamArn"])

    def records(self) -> list[dict[str, Any]]:
        description = self.described()["StreamDescription"]
        shard = description["Shards"][0]["ShardId"]
        where = {"StreamArn": description["StreamArn"], "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
        iterator = self.streams.get_shard_iterator(**where)["ShardIterator"]
        return self.streams.get_records(ShardIterator=iterator)["Records"]

    def put(self, **item: str) -> dict[str, Any]:
        return {"TableName": self.name, "Item": texts(item)}

    def change(self, key: dict[str, str], **attributes: str) -> dict[str, Any]:
        names = ", ".join(f"{name} = :{name}" for name in attributes)
        values = {f":{name}": value for name, value in texts(attributes).items()}
        update = {"UpdateExpression": f"SET {names}", "ExpressionAttributeValues": values}
        return {"TableName": self.name, "Key": texts(key), **update}

    def compare(self, report: Report, recordings: Recordings, test: str, created: str = "create-table") -> None:
        """Compare the table, its stream, and the records by the item, because AWS keeps no order among items."""
        recordings.compare(report, test, created, self.created)
        recordings.compare(report, test, "describe-stream", self.described())
        for place in (recordings.answers[test]["get-records"], records := {"Records": self.records()}):
            place["Records"].sort(key=lambda one: json.dumps(one["dynamodb"]["Keys"]))
        recordings.compare(report, test, "get-records", records)


def texts(attributes: dict[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"S": value} for name, value in attributes.items()}


def batch(report: Report, recordings: Recordings, table: Table) -> None:
    test = "test_batch_write_items_streaming"
    put = lambda **item: {"PutRequest": {"Item": texts(item)}}  # noqa: E731
    delete = {"DeleteRequest": {"Key": texts({"id": "NewKey"})}}
    write = lambda *requests: call(table.dynamodb, "batch_write_item", RequestItems={table.name: list(requests)})  # noqa: E731
    recordings.compare(report, test, "put-item-1", call(table.dynamodb, "put_item", **table.put(id="Fred")))
    recordings.compare(report, test, "batch-write-response-overwrite-item-1", write(put(id="Fred"), put(id="NewKey")))
    recordings.compare(report, test, "batch-write-response-delete", write(delete, put(id="Fred", name="Fred")))
    table.compare(report, recordings, test)


def transactions(report: Report, recordings: Recordings, table: Table) -> None:
    test = "test_transact_write_items_streaming"
    recordings.compare(report, test, "put-item-1", call(table.dynamodb, "put_item", **table.put(id="Fred")))
    update = {"Update": table.change({"id": "NonExistentKey"}, attr1="value1")}
    delete = {"Delete": {"TableName": table.name, "Key": texts({"id": "NewKey"})}}
    steps = {
        "transact-write-response-overwrite": [{"Put": table.put(id="Fred")}, {"Put": table.put(id="NewKey")}],
        "transact-write-response-update": [{"Update": table.change({"id": "NewKey"}, attr1="value1", attr2="value2")}],
        "transact-write-update-insert": [update],
        "transact-write-response-delete": [delete, {"Put": table.put(id="Fred", name="Fred")}, update],
    }
    for name, items in steps.items():
        recordings.compare(report, test, name, call(table.dynamodb, "transact_write_items", TransactItems=items))
    table.compare(report, recordings, test)


def updates(report: Report, recordings: Recordings, table: Table) -> None:
    for first, second in (("value1", "value2"), ("value1", "value2"), ("value2", "value3")):
        call(table.dynamodb, "update_item", **table.change({"id": "my-item-id"}, attr1=first, attr2=second))
    table.compare(report, recordings, "test_dynamodb_stream_records_with_update_item")


def keys_only(report: Report, recordings: Recordings, table: Table) -> None:
    key = texts({"Username": "Fred"})
    call(table.dynamodb, "put_item", **table.put(Username="Fred"))
    call(table.dynamodb, "put_item", **table.put(Username="Fred"))
    call(table.dynamodb, "update_item", **table.change({"Username": "Fred"}, S="Fred_Modified"))
    call(table.dynamodb, "delete_item", TableName=table.name, Key=key)
    for statement in (
        f"INSERT INTO {table.name} VALUE {{'Username': 'Alice'}}",
        f"UPDATE {table.name} SET partiql=1 WHERE Username='Alice'",
        f"DELETE FROM {table.name} WHERE Username='Alice'",
    ):
        call(table.dynamodb, "execute_statement", Statement=statement)
    table.compare(report, recordings, "test_dynamodb_stream_stream_view_type")


def two_tables(report: Report, recordings: Recordings, table: Table) -> None:
    test = "test_transact_write_items_streaming_for_different_tables"
    other = Table(table.dynamodb, table.streams, f"{table.name}_other", "id", None)
    recordings.compare(report, test, "create-table-no-stream", other.created)
    items = [{"Put": other.put(id="Fred")}, {"Put": table.put(id="Fred")}]
    written = call(table.dynamodb, "transact_write_items", TransactItems=items)
    recordings.compare(report, test, "transact-write-two-tables", written)
    table.compare(report, recordings, test, "create-table-stream")


def binary(report: Report, recordings: Recordings, table: Table) -> None:
    test = "test_data_encoding_consistency"
    item = {"id": {"S": "id1"}, "version": {"N": "1"}, "data": {"B": b"\x90"}}
    read = lambda: table.dynamodb.get_item(TableName=table.name, Key=texts({"id": "id1"}))["Item"]  # noqa: E731
    table.dynamodb.put_item(TableName=table.name, Item=item)
    recordings.compare(report, test, "GetItem", read())
    recordings.compare(report, test, "GetRecords", table.records()[0]["dynamodb"]["NewImage"])
    values = {":version": {"N": "2"}}
    update = {"UpdateExpression": "SET version = :version", "ExpressionAttributeValues": values}
    table.dynamodb.update_item(TableName=table.name, Key=texts({"id": "id1"}), **update)
    recordings.compare(report, test, "GetItemAfterUpdate", read())
    recordings.compare(report, test, "GetRecordsAfterUpdate", table.records()[1]["dynamodb"]["NewImage"])


def missing_stream(report: Report, recordings: Recordings, streams: Any) -> None:
    test, name = "test_non_existent_stream", "non-existent-stream"
    label = recordings.answers[test][name]["message"].rsplit("/", 1)[-1]
    arn = f"arn:aws:dynamodb:us-east-1:000000000000:table/none/stream/{label}"
    recordings.compare(report, test, name, call(streams, "describe_stream", StreamArn=arn))


TABLES = (
    (batch, "id", "NEW_AND_OLD_IMAGES"),
    (transactions, "id", "NEW_AND_OLD_IMAGES"),
    (updates, "id", "NEW_AND_OLD_IMAGES"),
    (keys_only, "Username", "KEYS_ONLY"),
    (two_tables, "id", "NEW_AND_OLD_IMAGES"),
    (binary, "id", "NEW_AND_OLD_IMAGES"),
)


def run_local_mode(folder: Path) -> Report:
    import boto3

    report = Report("LocalStack: local mode", notes=[f"commit {commit_of(folder)}"])
    with local_mode() as addresses:
        session = boto3.Session("test", "test", region_name="us-east-1")
        client = lambda service, address: session.client(service, endpoint_url=addresses[address])  # noqa: E731
        put_events(report, Recordings(folder, "events/test_events.snapshot.json"), client("events", "bus"))
        dynamodb, streams = client("dynamodb", "dynamodb"), client("dynamodbstreams", "dynamodb")
        recordings = Recordings(folder, "dynamodb/test_dynamodb.snapshot.json")
        for scenario, key, view in TABLES:
            scenario(report, recordings, Table(dynamodb, streams, f"peers_{scenario.__name__}_table", key, view))
        missing_stream(report, Recordings(folder, "dynamodbstreams/test_dynamodb_streams.snapshot.json"), streams)
    return report
