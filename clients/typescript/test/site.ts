// A web site with one page, which has the client as it is built; and a Chromium that looks at it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const client = fileURLToPath(new URL("../../", import.meta.url));

/** No inline scripts, no `eval`, and nobody to talk to but the site and tablecast. */
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self' ws://127.0.0.1:*";
const PAGE = '<!doctype html><title>orders</title><link rel="icon" href="data:,"><script type="module" src="/test/page.js"></script>';

export interface Told {
  /** By the page as it is loaded now. */
  shown: { type: string; data: unknown }[];
  state?: string;
  saved?: string;
  problem?: string;
}

/** What the page asks for, beside its files. */
export interface Answers {
  setting(): object;
  token(): Promise<string>;
  /** Its answer is the page's. */
  told(told: Told): string;
}

export class Site {
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  constructor(private readonly answers: Answers) {}

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  end(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    const file = /^\/(dist\/[\w/]+|test\/page)\.js$/.test(path) && join(client, path);
    response.setHeader("content-security-policy", POLICY);
    response.setHeader("content-type", file ? "text/javascript" : path === "/" ? "text/html" : "text/plain");
    if (file && existsSync(file)) response.end(readFileSync(file));
    else response.end(await this.#say(path, request));
  }

  async #say(path: string, request: IncomingMessage): Promise<string> {
    if (path === "/") return PAGE;
    if (path === "/setting") return JSON.stringify(this.answers.setting());
    if (path === "/token") return this.answers.token();
    let text = "";
    for await (const part of request) text += part;
    return this.answers.told(path === "/told" ? JSON.parse(text) : { shown: [], problem: `${path} is asked for` });
  }
}

/** The one that `CHROMIUM` names, or that is installed. */
export function chromium(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const names = ["chromium", "chromium-browser", "google-chrome"];
  return process.env["CHROMIUM"] ?? folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);
}

/** Nothing on the network but this machine. Chromium's own sandbox does not work for root, which CI often is; the only
 * page that it opens is ours. */
const ARGUMENTS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

export function browse(program: string, url: string): { end: () => Promise<void> } {
  const profile = mkdtempSync(join(tmpdir(), "tablecast-chromium-"));
  const child = spawn(program, [...ARGUMENTS, `--user-data-dir=${profile}`, url], { stdio: "ignore", detached: true });
  const end = async () => {
    const ended = once(child, "exit");
    // With all its processes, or they go on writing into the profile.
    process.kill(-child.pid!, "SIGKILL");
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  return { end };
}
