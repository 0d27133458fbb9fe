// The pipe `orders` as a Node function: unmarshall, conditions, projection, ajv, stringify.
// The first line of standard input is the batch. Each further line is `events N`, `enrich N` or `parse N`.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const ajv = addFormats(new Ajv2020());
const schema = (type) => {
  const document = JSON.parse(readFileSync(new URL(`../../schemas/${type}.json`, import.meta.url)));
  return { type, id: document.$id, validate: ajv.compile(document) };
};
const placed = schema("order.placed.v1");
const statusChanged = schema("order.status-changed.v1");
const cancelled = schema("order.cancelled.v1");

function* wanted(record, old, item) {
  if (record.eventName === "INSERT") {
    const lines = item.lines.map(({ sku, quantity, unitPrice }) => ({ sku, quantity, unitPrice: String(unitPrice) }));
    const { orderId, currency, createdAt: placedAt } = item;
    yield [placed, { orderId, total: String(item.total), currency, lines, placedAt }];
  }
  if (record.eventName === "MODIFY" && old.status !== item.status) {
    const { orderId } = item;
    if (item.status !== "CANCELLED") yield [statusChanged, { orderId, from: old.status, to: item.status }];
    else yield [cancelled, { orderId, from: old.status, reason: item.cancelReason }];
  }
}

function events(record) {
  const image = (name) => (record.dynamodb[name] ? unmarshall(record.dynamodb[name]) : {});
  const [old, item] = [image("OldImage"), image("NewImage")];
  return Array.from(wanted(record, old, item), ([{ type, id, validate }, data]) => {
    if (!validate(data)) throw new Error(ajv.errorsText(validate.errors));
    return {
      specversion: "1.0",
      id: `${record.eventID}:${type}`,
      source: "tablecast/orders",
      type,
      subject: `orders/${item.tenant}/${item.orderId}`,
      time: new Date(record.dynamodb.ApproximateCreationDateTime * 1000).toISOString(),
      datacontenttype: "application/json",
      dataschema: id,
      sequence: record.dynamodb.SequenceNumber.padStart(40, "0"),
      data,
    };
  });
}

const element = (record) => ({ eventID: record.eventID, pipe: "orders", events: events(record) });
const enrich = (payload) => Buffer.from(JSON.stringify(JSON.parse(payload.toString()).map(element)));

const tasks = {
  events: (payload) => JSON.parse(enrich(payload).toString()).reduce((sum, element) => sum + element.events.length, 0),
  enrich: (payload, batches) => microseconds(payload, batches, enrich),
  parse: (payload, batches) => microseconds(payload, batches, (payload) => JSON.parse(payload.toString())),
};

function microseconds(payload, batches, task) {
  const start = process.cpuUsage();
  for (let batch = 0; batch < batches; batch++) task(payload);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / (batches * JSON.parse(payload).length);
}

let payload;
for await (const line of createInterface({ input: process.stdin })) {
  if (payload === undefined) payload = Buffer.from(line);
  else {
    const [task, batches] = line.split(" ");
    console.log(tasks[task](payload, Number(batches)));
  }
}
