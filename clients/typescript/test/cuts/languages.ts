// The client programs that the suite runs: those of tests/conformance/clients.yaml that need no browser.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { binaries, isRequired, project } from "../local/local-mode.js";

export interface Language {
  name: "TypeScript" | "Python" | "Rust";
  command: string[];
}

const typescript = fileURLToPath(new URL("../conformance/adapter.js", import.meta.url));
const rust = join(binaries, "examples/adapter");

/** Returns those that are built. With TABLECAST_BINARIES, every one must be. */
export function languages(): Language[] {
  const all: Language[] = [
    { name: "TypeScript", command: [process.execPath, typescript] },
    { name: "Python", command: [python(), join(project, "clients/python/tests/adapter.py")] },
    { name: "Rust", command: [rust] },
  ];
  return all.filter(isBuilt);
}

function isBuilt({ name, command }: Language): boolean {
  const missing = command.find((path) => !existsSync(path));
  if (missing === undefined) return true;
  if (isRequired) throw new Error(`the ${name} client is not built: there is no ${missing}`);
  console.log(`Without the ${name} client: there is no ${missing}`);
  return false;
}

/** Returns the Python that has the packages of the client. */
function python(): string {
  return execFileSync(join(project, "clients/python/environment"), { encoding: "utf8" }).trim();
}
