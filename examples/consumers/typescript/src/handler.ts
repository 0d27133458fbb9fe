// The function: handles each message of a batch on its own, and returns those that must be delivered again.
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { isKnown, isTooLarge, parse, type Received } from "./event.js";
import { park, store } from "./table.js";

export async function handler(batch: SQSEvent): Promise<SQSBatchResponse> {
  const counts = { stored: 0, skipped: 0, ignored: 0, parked: 0, failed: 0 };
  const batchItemFailures = [];
  for (const { messageId, body } of batch.Records) {
    try {
      counts[await handle(parse(body))] += 1;
    } catch (error) {
      counts.failed += 1;
      batchItemFailures.push({ itemIdentifier: messageId });
      log("error", "failed", { messageId, reason: String(error) });
    }
  }
  log("info", "batch", counts);
  return { batchItemFailures };
}

/** Handles one event, and returns what became of it. An error makes SQS deliver the message again. */
async function handle(event: Received): Promise<"stored" | "skipped" | "ignored" | "parked"> {
  const { type, id, subject } = event;
  if (isTooLarge(event)) {
    if (!(await park(event))) return "skipped";
    log("warn", "parked", { id, subject, reason: "The event is too large. Fetch the order from its API." });
    return "parked";
  }
  if (!isKnown(event)) {
    log("info", "ignored", { id, subject, type });
    return "ignored";
  }
  return (await store(event)) ? "stored" : "skipped";
}

function log(level: string, message: string, fields: object): void {
  console.log(JSON.stringify({ level, message, ...fields }));
}
