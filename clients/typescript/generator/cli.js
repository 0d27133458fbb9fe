#!/usr/bin/env node
// The program `tablecast-client`.
import manifest from "../package.json" with { type: "json" };
import { HELP, parse, UsageError } from "./arguments.js";
import { generate } from "./generate.js";
import { check, write } from "./output.js";
import { Problem } from "./problem.js";

function run(given) {
  const options = parse(given);
  if (options.help) return HELP;
  if (options.version) return `tablecast-client ${manifest.version}\n`;
  const { files, count } = generate(options.schemas);
  if (options.check) check(options.out, files);
  else write(options.out, files);
  const result = options.check ? "is up to date" : `has ${Object.keys(files).join(", ")}`;
  return `${options.out} ${result}: ${count} event ${count === 1 ? "type" : "types"}\n`;
}

/** Returns the exit code. */
function main(given) {
  try {
    process.stdout.write(run(given));
    return 0;
  } catch (error) {
    const isUsage = error instanceof UsageError;
    if (!isUsage && !(error instanceof Problem)) throw error;
    console.error(isUsage ? `tablecast-client: ${error.message}\nRun \`tablecast-client --help\` for help.` : error.message);
    return isUsage ? 2 : 1;
  }
}

process.exitCode = main(process.argv.slice(2));
