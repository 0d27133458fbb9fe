// An application in an empty folder that installs the packed client, without a network.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { project } from "../local/local-mode.js";
import { temporaryFolder } from "../schemas/folder.js";

export const packageFolder = fileURLToPath(new URL("../../../", import.meta.url));

/** npm must not read the settings of this repository, nor ask the network. */
const NPM = ["--offline", "--no-audit", "--no-fund", "--no-update-notifier"];

export class Application {
  readonly folder: string;
  /** The paths in the packed client. */
  readonly packed: string[];

  constructor(context: TestContext) {
    const folder = temporaryFolder(context);
    const [packed] = JSON.parse(npm(packageFolder, "pack", "--json", "--pack-destination", folder));
    this.packed = packed.files.map(({ path }: { path: string }) => path).sort();
    this.folder = join(folder, "application");
    mkdirSync(this.folder);
    this.write("package.json", JSON.stringify({ private: true, type: "module" }));
    npm(this.folder, "install", join(folder, packed.filename));
  }

  /** Generates `events/` from schemas, as the README shows. Default: those of this repository. */
  generate(out = "events", schemas = join(project, "schemas")): string {
    return npm(this.folder, "exec", "--", "tablecast-client", "generate", "--schemas", schemas, "--out", out);
  }

  get installed(): string[] {
    return readdirSync(join(this.folder, "node_modules")).filter((name) => !name.startsWith(".")).sort();
  }

  /** Makes packages of this repository's development available. */
  link(...names: string[]): void {
    for (const name of names) {
      const target = join(this.folder, "node_modules", name);
      mkdirSync(dirname(target), { recursive: true });
      symlinkSync(join(packageFolder, "node_modules", name), target);
    }
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Copies the files of test/package/application/. */
  addSources(): void {
    cpSync(join(packageFolder, "test/package/application"), this.folder, { recursive: true });
  }

  /** Returns what the compiler reports. */
  typeCheck(...options: string[]): string {
    const tsc = join(packageFolder, "node_modules/.bin/tsc");
    return spawnSync(tsc, ["--ignoreConfig", "--noEmit", "--pretty", "false", ...options], { cwd: this.folder, encoding: "utf8" }).stdout;
  }
}

function npm(folder: string, ...given: string[]): string {
  return execFileSync("npm", [...given.slice(0, 1), ...NPM, ...given.slice(1)], { cwd: folder, encoding: "utf8" });
}
