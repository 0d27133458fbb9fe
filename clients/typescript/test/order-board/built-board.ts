// examples/order-board with the packed client, as in a company's repository.
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Server } from "node:http";
import type { TestContext } from "node:test";
import { build, preview } from "vite";
import { project } from "../local/local-mode.js";
import { Application, packageFolder } from "../package/application.js";

export const source = join(project, "examples/order-board");

/** Files that a developer of the example may have in the folder, and the packages, which come from this client. */
const IGNORED = ["node_modules", "dist", "events", "package.json", "package-lock.json"];

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies: Record<string, string>;
}

/** The packages of npm that the example installs, with their versions. */
export const wanted = packagesOf(source);
/** Those of this client's tests. */
export const present = packagesOf(packageFolder);

function packagesOf(folder: string): Record<string, string> {
  const { dependencies, devDependencies }: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const { "tablecast-client": _, ...packages } = { ...dependencies, ...devDependencies };
  return packages;
}

/** Generates the events, and copies the example. */
export function installBoard(context: TestContext): Application {
  const application = new Application(context);
  const isSource = (path: string) => !IGNORED.includes(basename(path));
  cpSync(source, application.folder, { recursive: true, filter: isSource });
  application.link(...Object.keys(wanted));
  application.generate(join("src", "events"), join(source, "schemas"));
  return application;
}

/** Returns what the compiler reports. */
export function typeCheck({ folder }: Application): string {
  return spawnSync(join(packageFolder, "node_modules/.bin/tsc"), ["--pretty", "false"], { cwd: folder, encoding: "utf8" }).stdout;
}

/** Builds the example for these addresses, and serves it on a port. Returns its address. */
export async function serveBoard({ folder: root }: Application, env: Record<string, string>, context: TestContext, port: number): Promise<string> {
  Object.assign(process.env, env);
  await build({ root, logLevel: "silent" });
  const server = await preview({ root, logLevel: "silent", preview: { port, strictPort: true, host: "127.0.0.1" } });
  context.after(() => {
    (server.httpServer as Server).closeAllConnections();
    return server.close();
  });
  return server.resolvedUrls!.local[0]!;
}
