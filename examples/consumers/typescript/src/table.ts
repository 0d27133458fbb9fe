// The consumer's own table: one item for each subject, with the newest event that arrived.
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Known, Received } from "./event.js";

const client = new DynamoDBClient();
const TableName = process.env.TABLE;

/** True if the subject has no event, or an older one. So a duplicate or an overtaken event writes nothing. */
const newer = (event: Received) => ({
  ConditionExpression: "attribute_not_exists(#sequence) OR #sequence < :sequence",
  ExpressionAttributeNames: { "#sequence": "sequence" },
  ExpressionAttributeValues: { ":sequence": { S: event.sequence } },
});

/** Stores the status of an order. Returns false if the table has this event or a newer one. */
export function store(event: Known): Promise<boolean> {
  const { subject, sequence, id, data } = event;
  const Item: Record<string, AttributeValue> = {
    subject: { S: subject },
    sequence: { S: sequence },
    eventId: { S: id },
    orderId: { S: data.orderId },
    status: { S: status(event) },
  };
  if (event.type === "order.cancelled.v1" && event.data.reason !== undefined) Item.reason = { S: event.data.reason };
  return written(client.send(new PutItemCommand({ TableName, Item, ...newer(event) })));
}

function status(event: Known): string {
  switch (event.type) {
    case "order.placed.v1":
      return "PLACED";
    case "order.status-changed.v1":
      return event.data.to;
    case "order.cancelled.v1":
      return "CANCELLED";
  }
}

/** Marks an order whose event did not fit. It is incomplete until a newer event, or until you fetch the order. */
export function park(event: Received): Promise<boolean> {
  const condition = newer(event);
  const values = { ...condition.ExpressionAttributeValues, ":id": { S: event.id }, ":true": { BOOL: true } };
  const UpdateExpression = "SET #sequence = :sequence, eventId = :id, incomplete = :true";
  const Key = { subject: { S: event.subject } };
  return written(
    client.send(
      new UpdateItemCommand({ TableName, Key, UpdateExpression, ...condition, ExpressionAttributeValues: values }),
    ),
  );
}

async function written(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
