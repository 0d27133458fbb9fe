// Reads frames, one a line: an event, or an array of them. Says of each what the official CloudEvents SDK thinks: `ok`, or why not.
import { createInterface } from "node:readline";
import { HTTP } from "cloudevents";
import matchesSchema from "cloudevents/dist/schema/v1.js";

const single = { "content-type": "application/cloudevents+json" };
const batch = { "content-type": "application/cloudevents-batch+json" };

function verdict(line) {
  try {
    const frame = JSON.parse(line);
    for (const event of [frame].flat()) {
      if (!matchesSchema(event)) return `breaks the schema: ${JSON.stringify(matchesSchema.errors)}`;
    }
    const events = HTTP.toEvent({ headers: Array.isArray(frame) ? batch : single, body: line });
    for (const event of [events].flat()) event.validate();
    return "ok";
  } catch (error) {
    return `refused: ${error.message}`.replaceAll("\n", " ");
  }
}

for await (const line of createInterface({ input: process.stdin })) console.log(verdict(line));
