// Reads frames, one on each line: an event or an array of events. Validates each with the official CloudEvents SDK.
// Prints `ok` or the error for each frame.
import { createInterface } from "node:readline";
import { HTTP } from "cloudevents";
import matchesSchema from "cloudevents/dist/schema/v1.js";

const single = { "content-type": "application/cloudevents+json" };
const batch = { "content-type": "application/cloudevents-batch+json" };

function verdict(line) {
  try {
    const frame = JSON.parse(line);
    for (const event of [frame].flat()) {
      if (!matchesSchema(event)) return `does not match the schema: ${JSON.stringify(matchesSchema.errors)}`;
    }
    const events = HTTP.toEvent({ headers: Array.isArray(frame) ? batch : single, body: line });
    for (const event of [events].flat()) event.validate();
    return "ok";
  } catch (error) {
    return `refused: ${error.message}`.replaceAll("\n", " ");
  }
}

for await (const line of createInterface({ input: process.stdin })) console.log(verdict(line));
