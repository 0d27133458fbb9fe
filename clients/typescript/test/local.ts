// The local mode as it is shipped: `cargo build --workspace` puts it into target/debug, or TABLECAST_BINARIES says where.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../../../../", import.meta.url));
const binaries = process.env["TABLECAST_BINARIES"] ?? join(project, "target/debug");

/** Whoever says where it is, means to test it. */
export const isBuilt = "TABLECAST_BINARIES" in process.env || existsSync(join(binaries, "tablecast"));

export class Local {
  #child!: ChildProcess;
  url = "";
  dynamodb = "";
  #port = "0";

  private constructor(private readonly folder: string) {}

  static async start(): Promise<Local> {
    const local = new Local(mkdtempSync(join(tmpdir(), "tablecast-client-")));
    await local.go();
    return local;
  }

  /** At the same address as before. */
  async go(): Promise<void> {
    const places = ["--pipes", join(project, "pipes"), "--schemas", join(project, "schemas"), "--data", this.folder];
    const ports = ["--port", this.#port, "--dynamodb-port", "0"];
    const stdio: ["ignore", "pipe", "ignore"] = ["ignore", "pipe", "ignore"];
    this.#child = spawn(join(binaries, "tablecast"), ["--functions", binaries, "--json", ...places, ...ports], { cwd: this.folder, stdio });
    for await (const line of createInterface({ input: this.#child.stdout! })) {
      const { clients, dynamodb } = JSON.parse(line);
      this.url = clients;
      this.dynamodb = dynamodb;
      this.#port = new URL(clients).port;
      return;
    }
    throw new Error("tablecast did not start");
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

  /** Of the development issuer, for the tenant acme. */
  async token(expires = "1h"): Promise<string> {
    const child = spawn(join(binaries, "tablecast"), ["token", "--subject", "ada", "--claim", "tenant=acme", "--expires", expires, "--data", this.folder]);
    let token = "";
    for await (const part of child.stdout) token += part;
    return token.trim();
  }

  async put(orderId: string): Promise<void> {
    const texts = { tenant: "acme", orderId, currency: "EUR", createdAt: "2026-11-23T09:00:00Z", status: "PLACED" };
    const item = Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }]));
    const line = { M: { sku: { S: "lamp" }, quantity: { N: "1" }, unitPrice: { N: "1.50" } } };
    const body = JSON.stringify({ TableName: "orders", Item: { ...item, total: { N: "1.50" }, lines: { L: [line] } } });
    const headers = {
      "x-amz-target": "DynamoDB_20120810.PutItem",
      "content-type": "application/x-amz-json-1.0",
      "x-amz-date": "20260101T000000Z",
      authorization: "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
    };
    const answer = await fetch(this.dynamodb, { method: "POST", headers, body });
    if (!answer.ok) throw new Error(await answer.text());
  }
}
