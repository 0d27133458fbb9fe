"""Finds every change of an incident on the bus and at every client: in order by item, and once by id.

A client receives the events in order, and late ones have a mark. The bus keeps no order, so `sequence` gives it.

    oracle.py <folder> <queue URL> <incident>

It uses nothing of tablecast. It compares the file `written` of the folder with the queue of the bus and with the file
`clients`. It waits up to five minutes for what is missing.
"""

import json
import pathlib
import sys
import time

import botocore.session


class Feed:
    """The events of one user at one consumer, in the order of their arrival."""

    def __init__(self, name, events, is_bus=False):
        self.name = name
        self.is_bus = is_bus
        self.repeated = 0
        self.first = {}
        self.faults = []
        for event in events:
            self.add(event)

    def add(self, event):
        known = self.first.setdefault(event["id"], event)
        if known is event:
            return
        self.repeated += 1
        if known["data"] != event["data"]:
            self.faults.append(f"{self.name}: {event['id']} has two contents")

    def in_order(self):
        events = self.first.values()
        return sorted(events, key=lambda event: event["sequence"]) if self.is_bus else events

    def check(self, changes):
        newest, found, read = 0, [], set()
        for event in self.in_order():
            version = version_of(event)
            if is_read(event):
                read.add(version)
                continue
            if version < newest and not event.get("late"):
                self.faults.append(f"{self.name}: {version} is after {newest}")
            newest = max(newest, version)
            found.append(version)
        for version, how in changes:
            count = found.count(version)
            if (how == "stream" and count != 1) or (how == "read" and (count or version not in read)):
                self.faults.append(f"{self.name}: {version} of the {how} has {count} events of the stream")
        return self.faults


def version_of(event):
    return int(event["data"].get("profile", event["data"])["displayName"])


def is_read(event):
    return not event["sequence"].strip("0")


class Bus:
    """The queue of the bus. Its events stay in the file `bus` of the folder."""

    def __init__(self, folder, queue):
        self.file = folder / "bus"
        self.queue = queue
        self.sqs = botocore.session.get_session().create_client("sqs")

    def drain(self):
        while messages := self.receive():
            with self.file.open("a") as file:
                file.writelines(json.dumps(json.loads(message["Body"])["detail"]) + "\n" for message in messages)
            for message in messages:
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])

    def receive(self):
        options = {"QueueUrl": self.queue, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 1}
        return self.sqs.receive_message(**options).get("Messages", [])


def lines(file):
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def changes_of(folder, incident):
    """The written versions of each user of the incident."""
    users = {}
    for line in (folder / "written").read_text().splitlines():
        user, version, how = line.split()
        if user.startswith(incident):
            users.setdefault(user, []).append((int(version), how))
    return users


def feeds_of(folder, bus, user):
    def is_about(event):
        return event["subject"] == f"profiles/{user}"

    yield Feed(f"bus, {user}", filter(is_about, lines(bus.file)), is_bus=True)
    received = lines(folder / "clients")
    for client in (f"{user}/1", f"{user}/2"):
        events = (line["event"] for line in received if line["client"] == client)
        yield Feed(f"client {client}", filter(is_about, (event for event in events if "subject" in event)))


def look(folder, bus, users):
    feeds = [(feed, changes) for user, changes in users.items() for feed in feeds_of(folder, bus, user)]
    return [feed for feed, _ in feeds], [fault for feed, changes in feeds for fault in feed.check(changes)]


def summary(users, feeds):
    def count(kind):
        chosen = [feed for feed in feeds if feed.name.startswith(kind)]
        events = [event for feed in chosen for event in feed.first.values()]
        late = sum(event.get("late", False) for event in events)
        reads = sum(map(is_read, events))
        repeated = sum(feed.repeated for feed in chosen)
        return f"{len(events)} events ({late} late, {reads} reads), {repeated} repeated with the same id"

    changes = sum(map(len, users.values()))
    clients = sum(feed.name.startswith("client") for feed in feeds)
    return f"{changes} changes of {len(users)} items; bus: {count('bus')}; {clients} clients: {count('client')}"


def main(folder, queue, incident):
    folder = pathlib.Path(folder)
    users, bus = changes_of(folder, incident), Bus(folder, queue)
    end = time.monotonic() + 300
    while True:
        bus.drain()
        feeds, faults = look(folder, bus, users)
        if not faults or time.monotonic() > end:
            break
        time.sleep(1)
    print(summary(users, feeds))
    if faults:
        sys.exit("\n".join(["oracle: these are missing, unordered or repeated:", *faults]))


main(*sys.argv[1:])
