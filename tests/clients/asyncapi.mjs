// Reads one AsyncAPI document and says what the official parser thinks of it: `ok`, or a line for each error.
import { readFileSync } from "node:fs";
import asyncapi from "@asyncapi/parser";

const ERROR = 0;
const { document, diagnostics } = await new asyncapi.Parser().parse(readFileSync(0, "utf8"));
const errors = diagnostics.filter((told) => told.severity === ERROR);
for (const { path, message } of errors) console.log(`${path.join("/")}: ${message}`);
if (errors.length === 0) console.log(document ? "ok" : "there is no document");
