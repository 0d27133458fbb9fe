#!/usr/bin/env node
// Starts the program of the npm package for this platform.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";

const name = `tablecast-${process.platform}-${process.arch}`;

function program() {
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/tablecast`);
  } catch {
    console.error(`tablecast: the npm package ${name} is not installed. Install it, without --omit=optional; or tablecast has none for this platform.`);
    process.exit(1);
  }
}

const child = spawn(program(), process.argv.slice(2), { stdio: "inherit" });
// The terminal sends Ctrl-C to the program, too. A second one would end it before everything stopped.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`tablecast: ${error.message}`);
  process.exit(1);
});
child.on("exit", (code) => process.exit(code ?? 1));
