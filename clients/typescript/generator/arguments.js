import { parseArgs } from "node:util";

export const HELP = `Generates TypeScript types and validators from a folder of event schemas.

Usage: tablecast-client generate --schemas DIR --out DIR [--check]

Options:
  --schemas DIR  Folder of the schemas, such as order.placed.v1.json
  --out DIR      Folder for events.ts, validators.js and validators.d.ts
  --check        Fail if the files are out of date, and write nothing. For CI
  -h, --help     Print this help
  -V, --version  Print the version

Exit codes: 0 success, 1 a problem with the schemas or files out of date, 2 wrong arguments.
The command needs no network.
`;

const options = {
  schemas: { type: "string" },
  out: { type: "string" },
  check: { type: "boolean", default: false },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "V" },
};

/** Wrong arguments. */
export class UsageError extends Error {}

/** Returns the options of a command line. */
export function parse(given) {
  const { values, positionals } = parsed(given);
  if (values.help || values.version) return values;
  const [command, ...others] = positionals;
  if (command === undefined) throw new UsageError("no command: use `generate`");
  if (command !== "generate") throw new UsageError(`unknown command "${command}": use \`generate\``);
  if (others.length > 0) throw new UsageError(`unexpected argument "${others[0]}": give folders to --schemas and --out`);
  for (const name of ["schemas", "out"]) if (!values[name]) throw new UsageError(`--${name} DIR is missing`);
  return values;
}

function parsed(args) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error.message);
  }
}
