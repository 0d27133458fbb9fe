// Reads one AsyncAPI document and validates it with the official parser. Prints `ok`, or a line for each error.
import { readFileSync } from "node:fs";
import asyncapi from "@asyncapi/parser";

const ERROR = 0;
const { document, diagnostics } = await new asyncapi.Parser().parse(readFileSync(0, "utf8"));
const errors = diagnostics.filter(({ severity }) => severity === ERROR);
for (const { path, message } of errors) console.log(`${path.join("/")}: ${message}`);
if (errors.length === 0) console.log(document ? "ok" : "the parser returned no document");
