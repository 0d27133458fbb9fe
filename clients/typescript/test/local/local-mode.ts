// Runs the local mode from target/debug (`cargo build --workspace`), or from the folder TABLECAST_BINARIES.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { pause } from "../wait.js";
import { DynamoDb } from "./dynamodb.js";

export const project = fileURLToPath(new URL("../../../../../", import.meta.url));
export const binaries = process.env["TABLECAST_BINARIES"] ?? join(project, "target/debug");
const tablecast = join(binaries, "tablecast");

/** With TABLECAST_BINARIES, a test fails instead of being skipped. */
export const isRequired = "TABLECAST_BINARIES" in process.env;
export const isBuilt = isRequired || existsSync(tablecast);
/** The option `skip` of tests that need the local mode. */
export const skip = isBuilt ? false : "tablecast is not built: run `cargo build --workspace`";

export class LocalMode {
  url = "";
  dynamodb!: DynamoDb;
  #child!: ChildProcess;
  readonly #data: string;
  readonly #arguments: string[];
  #ports = ["0", "0"];

  private constructor(
    private readonly folder: string,
    private readonly source: string,
    more: string[],
  ) {
    const pipes = join(folder, "pipes");
    mkdirSync(pipes);
    this.#data = join(folder, "data");
    const schemas = join(source, "schemas");
    this.#arguments = ["--json", "--functions", binaries, "--schemas", schemas, "--pipes", pipes, ...more];
  }

  /** Starts with the pipes of a folder, after replacements of their text, and with more arguments. */
  static async start(replacements: Record<string, string> = {}, more: string[] = [], source = project): Promise<LocalMode> {
    const local = new LocalMode(mkdtempSync(join(tmpdir(), "tablecast-client-")), source, more);
    local.writePipes(replacements);
    await local.run();
    return local;
  }

  /** Writes the pipe files again, without their tests, which expect the original text. */
  writePipes(replacements: Record<string, string>): void {
    const pipes = join(this.source, "pipes");
    for (const file of readdirSync(pipes).filter((name) => name.endsWith(".yaml"))) {
      const original = readFileSync(join(pipes, file), "utf8");
      const replaced = Object.entries(replacements).reduce((text, [from, to]) => text.replaceAll(from, to), original);
      writeFileSync(join(this.folder, "pipes", file), replaced.replace(/\ntests:[^]*/, ""));
    }
  }

  /** Starts again on the same ports, with the same data. */
  async run(): Promise<void> {
    const [port, dynamodbPort] = this.#ports as [string, string];
    const more = ["--data", this.#data, "--port", port, "--dynamodb-port", dynamodbPort, "--test-clock"];
    const stdio: ["ignore", "pipe", "ignore"] = ["ignore", "pipe", "ignore"];
    this.#child = spawn(tablecast, [...this.#arguments, ...more], { cwd: this.folder, stdio });
    for await (const line of createInterface({ input: this.#child.stdout! })) {
      const { clients, dynamodb } = JSON.parse(line);
      this.url = clients;
      this.dynamodb = new DynamoDb(dynamodb);
      this.#ports = [clients, dynamodb].map((address) => new URL(address).port);
      return;
    }
    throw new Error("tablecast did not start");
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await exited;
  }

  /**
   * Waits for functions that outlive their parent: they could write to the new tables, which have the same port. The
   * retries of their last request take a few seconds.
   */
  async killAndDeleteData(): Promise<void> {
    await this.kill();
    await pause(5_000);
    rmSync(this.#data, { recursive: true });
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Advances the clock of the gateway, for example by `9m`. */
  async advance(duration: string): Promise<void> {
    const url = `${this.url.replace(/^ws/, "http")}/clock?advance=${duration}`;
    const response = await fetch(url, { method: "POST" });
    if (!response.ok) throw new Error(await response.text());
  }

  /** The command that creates a token. Claims are missing. */
  get tokenCommand(): string {
    return `${tablecast} token --data ${this.#data}`;
  }

  /** Returns a token of the development issuer for a user of the tenant acme. */
  async token(expires = "1h", user = "ada"): Promise<string> {
    const claims = ["--subject", user, "--claim", "tenant=acme", "--expires", expires];
    return outputOf(spawn(tablecast, ["token", ...claims, "--data", this.#data]));
  }
}

/** Returns the output of a process, without the last newline. */
export async function outputOf(child: ChildProcess): Promise<string> {
  let text = "";
  for await (const part of child.stdout!) text += part;
  return text.trim();
}
