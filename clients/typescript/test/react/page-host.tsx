import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { renderToString } from "react-dom/server";
import { App } from "./app.js";
import { bundle } from "./bundle.js";
import type { PageConfig } from "./page.js";

/** No inline scripts and no `eval`. The page may connect only to its own origin and to tablecast. */
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self' ws://127.0.0.1:*";

/** Serves the application: rendered on the server, with a script that hydrates it. */
export class PageHost {
  readonly #server = createServer((request, response) => void this.#respond(request, response));
  #script = "";

  private constructor(
    private readonly config: PageConfig,
    private readonly token: () => Promise<string>,
  ) {}

  static async start(config: PageConfig, token: () => Promise<string>): Promise<PageHost> {
    const host = new PageHost(config, token);
    host.#script = await bundle('import { start } from "./page.js"; start();');
    host.#server.listen(0, "127.0.0.1");
    await once(host.#server, "listening");
    return host;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  end(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #respond({ url }: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("content-security-policy", POLICY);
    response.setHeader("content-type", url === "/page.js" ? "text/javascript" : url === "/token" ? "text/plain" : "text/html");
    response.end(url === "/page.js" ? this.#script : url === "/token" ? await this.token() : this.#html());
  }

  #html(): string {
    const html = renderToString(<App {...this.config} print={() => {}} />);
    return `<!doctype html><title>orders</title><link rel="icon" href="data:,"><div id="root">${html}</div>
<script type="application/json" id="config">${JSON.stringify(this.config)}</script>
<script type="module" src="/page.js"></script>`;
  }
}
