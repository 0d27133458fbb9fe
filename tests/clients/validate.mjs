// Reads events, one a line, and says of each what the official CloudEvents SDK thinks of it: `ok`, or why not.
import { createInterface } from "node:readline";
import { HTTP } from "cloudevents";
import matchesSchema from "cloudevents/dist/schema/v1.js";

const headers = { "content-type": "application/cloudevents+json" };

function verdict(line) {
  try {
    if (!matchesSchema(JSON.parse(line))) return `breaks the schema: ${JSON.stringify(matchesSchema.errors)}`;
    HTTP.toEvent({ headers, body: line }).validate();
    return "ok";
  } catch (error) {
    return `refused: ${error.message}`.replaceAll("\n", " ");
  }
}

for await (const line of createInterface({ input: process.stdin })) console.log(verdict(line));
