import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const PAGE_SCRIPT = "/test/browser/page.js";

/** No inline scripts and no `eval`. The page may connect only to its own origin and to tablecast. */
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self' ws://127.0.0.1:*";
const HTML = `<!doctype html><title>orders</title><link rel="icon" href="data:,">
<script type="module" src="${PAGE_SCRIPT}"></script>`;

/** The page sends a report after each change. */
export interface Report {
  /** The events that it shows since its last load. */
  shown: { type: string; data: unknown }[];
  /** The actions of the messages that it sent since then. */
  sent?: string[];
  state?: string;
  /** The progress that it stored. */
  saved?: string;
  error?: string;
}

/** Answers the requests of the page. */
export interface PageListener {
  config(): object;
  token(): Promise<string>;
  /** Returns the answer to the page. */
  report(report: Report): string;
}

/** Serves one page with the built client. */
export class PageServer {
  readonly #server = createServer((request, response) => void this.#respond(request, response));

  constructor(private readonly listener: PageListener) {}

  /** Returns the origin of the page. */
  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  end(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    const isScript = path === PAGE_SCRIPT || /^\/(dist|build\/test\/events)\/[\w/-]+\.js$/.test(path);
    const file = isScript && join(root, path);
    response.setHeader("content-security-policy", POLICY);
    response.setHeader("content-type", file ? "text/javascript" : path === "/" ? "text/html" : "text/plain");
    if (file && existsSync(file)) response.end(readFileSync(file));
    else response.end(await this.#answer(path, request));
  }

  async #answer(path: string, request: IncomingMessage): Promise<string> {
    if (path === "/") return HTML;
    if (path === "/config") return JSON.stringify(this.listener.config());
    if (path === "/token") return this.listener.token();
    let body = "";
    for await (const part of request) body += part;
    const unexpected = { shown: [], error: `unexpected request: ${path}` };
    return this.listener.report(path === "/report" ? JSON.parse(body) : unexpected);
  }
}
