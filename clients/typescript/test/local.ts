// The local mode as it is shipped: `cargo build --workspace` puts it into target/debug, or TABLECAST_BINARIES says where.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { DynamoDb } from "./dynamodb.js";

const project = fileURLToPath(new URL("../../../../", import.meta.url));
const binaries = process.env["TABLECAST_BINARIES"] ?? join(project, "target/debug");

/** Whoever says where it is, means to test it. */
export const isAskedFor = "TABLECAST_BINARIES" in process.env;
export const isBuilt = isAskedFor || existsSync(join(binaries, "tablecast"));
export const skip = isBuilt ? false : "tablecast is not built: cargo build --workspace";

export class Local {
  #child!: ChildProcess;
  url = "";
  dynamodb!: DynamoDb;
  readonly #data: string;
  readonly #arguments: string[];
  #ports = ["0", "0"];

  private constructor(private readonly folder: string, changes: Record<string, string>, more: string[]) {
    const pipes = join(folder, "pipes");
    copyPipes(pipes, changes);
    this.#data = join(folder, "data");
    this.#arguments = ["--json", "--functions", binaries, "--schemas", join(project, "schemas"), "--pipes", pipes, ...more];
  }

  /** With the project's pipes, in which `changes` are made: from a text to another; and `more` arguments. */
  static async start(changes: Record<string, string> = {}, more: string[] = []): Promise<Local> {
    const local = new Local(mkdtempSync(join(tmpdir(), "tablecast-client-")), changes, more);
    await local.go();
    return local;
  }

  /** At the same addresses as before, with what it kept. */
  async go(): Promise<void> {
    const [port, dynamodbPort] = this.#ports as [string, string];
    const places = ["--data", this.#data, "--port", port, "--dynamodb-port", dynamodbPort, "--test-clock"];
    const stdio: ["ignore", "pipe", "ignore"] = ["ignore", "pipe", "ignore"];
    this.#child = spawn(join(binaries, "tablecast"), [...this.#arguments, ...places], { cwd: this.folder, stdio });
    for await (const line of createInterface({ input: this.#child.stdout! })) {
      const { clients, dynamodb } = JSON.parse(line);
      this.url = clients;
      this.dynamodb = new DynamoDb(dynamodb);
      this.#ports = [clients, dynamodb].map((address) => new URL(address).port);
      return;
    }
    throw new Error("tablecast did not start");
  }

  /** What it kept is gone, too. */
  async killForGood(): Promise<void> {
    await this.kill();
    rmSync(this.#data, { recursive: true });
  }

  async kill(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await ended;
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Moves the gateway's clock: `9m`. */
  async advance(span: string): Promise<void> {
    const answer = await fetch(`${this.url.replace(/^ws/, "http")}/clock?advance=${span}`, { method: "POST" });
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** Of the development issuer, for somebody of the tenant acme. */
  async token(expires = "1h", user = "ada"): Promise<string> {
    const whose = ["--subject", user, "--claim", "tenant=acme", "--expires", expires];
    return output(spawn(join(binaries, "tablecast"), ["token", ...whose, "--data", this.#data]));
  }
}

/** What a process that ends writes, without the end of the line. */
export async function output(child: ChildProcess): Promise<string> {
  let text = "";
  for await (const part of child.stdout!) text += part;
  return text.trim();
}

function copyPipes(to: string, changes: Record<string, string>): void {
  mkdirSync(to);
  for (const file of ["orders.yaml", "profiles.yaml"]) {
    const text = readFileSync(join(project, "pipes", file), "utf8");
    const changed = Object.entries(changes).reduce((text, [from, to]) => text.replaceAll(from, to), text);
    writeFileSync(join(to, file), changed.replace(/\ntests:[^]*/, ""));
  }
}
