// Reads events with the CloudEvents SDK for JavaScript, and writes them back: structured, binary and as a batch. Prints for
// each event what changed.
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isDeepStrictEqual } from "node:util";

const { HTTP, CloudEvent } = createRequire(join(process.argv[2], "index.js"))("cloudevents");

/** The SDK writes times as `Date.toISOString` does. */
const normal = (event) => ({ ...event, ...(event.time && { time: new Date(event.time).toISOString() }) });

function changed(mode, before, after) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => !isDeepStrictEqual(normal(before)[name], normal(after)[name]))
    .map((name) => `${mode}: ${name} ${JSON.stringify(before[name])} becomes ${JSON.stringify(after[name])}`);
}

function check(text) {
  const sent = JSON.parse(text);
  const structured = HTTP.toEvent({ headers: { "content-type": "application/cloudevents+json" }, body: text });
  structured.validate();
  const binary = HTTP.toEvent(HTTP.binary(structured));
  const batch = HTTP.toEvent({ headers: { "content-type": "application/cloudevents-batch+json" }, body: `[${text}]` });
  return [
    ...changed("structured", sent, JSON.parse(HTTP.structured(structured).body)),
    ...changed("binary", sent, JSON.parse(JSON.stringify(binary))),
    ...changed("batch", sent, JSON.parse(JSON.stringify(new CloudEvent(batch[0])))),
  ];
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify({ wrong: check(JSON.parse(line)) }));
  } catch (error) {
    console.log(JSON.stringify({ wrong: [`${error.message}${error.errors ? ` ${JSON.stringify(error.errors)}` : ""}`] }));
  }
}
