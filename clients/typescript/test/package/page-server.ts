import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** No inline scripts and no `eval`. The pages may connect only to their own origin and to tablecast. */
const POLICY = "default-src 'none'; script-src 'self'; frame-src 'self'; connect-src 'self' ws://127.0.0.1:*";
const HEAD = `<!doctype html><link rel="icon" href="data:,">`;

/** Serves a page with a frame for each bundle. The frame at `/<name>/` runs `<folder>/<name>/page.js`. */
export class PageServer {
  /** The reports of the bundles. */
  readonly reports = new Map<string, string[]>();
  readonly #server = createServer((request, response) => void this.#respond(request, response));

  constructor(private readonly folder: string, names: string[], private readonly url: string) {
    for (const name of names) this.reports.set(name, []);
  }

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
    const [, name = "", file = ""] = decodeURIComponent(request.url ?? "").split("/");
    response.setHeader("content-security-policy", POLICY);
    response.setHeader("content-type", file === "page.js" ? "text/javascript" : file === "" ? "text/html" : "text/plain");
    response.end(await this.#answer(name, file, request));
  }

  async #answer(name: string, file: string, request: IncomingMessage): Promise<string> {
    const reports = this.reports.get(name);
    if (name === "") return HEAD + [...this.reports.keys()].map((name) => `<iframe src="/${name}/"></iframe>`).join("");
    if (file === "") return `${HEAD}<script type="module" src="page.js"></script>`;
    if (file === "page.js") return readFileSync(join(this.folder, name, file), "utf8");
    if (file === "url") return this.url;
    let body = "";
    for await (const part of request) body += part;
    reports?.push(file === "report" ? body : `unexpected request: ${request.url}`);
    return "";
  }
}
