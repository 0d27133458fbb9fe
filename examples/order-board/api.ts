// Stands in for the back end of your company: it issues tokens.
import { execFile } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import type { Connect, Plugin } from "vite";

const { TABLECAST_TOKEN_COMMAND = "cargo run -q -- token" } = process.env;

/** Answers `/api/token`. */
export function api(): Plugin {
  const use = ({ middlewares }: { middlewares: Connect.Server }) => {
    middlewares.use("/api/token", respond);
  };
  return { name: "order-board-api", configureServer: use, configurePreviewServer: use };
}

/** Your login decides the tenant. Here, the page chooses it. */
async function respond({ url = "" }: IncomingMessage, response: ServerResponse): Promise<void> {
  const tenant = new URL(url, "http://localhost").searchParams.get("tenant") ?? "";
  try {
    response.setHeader("content-type", "application/json").end(JSON.stringify(await createToken(tenant)));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

/** Creates a token of the local mode, which the pipe file grants the orders of this tenant. */
async function createToken(tenant: string): Promise<string> {
  const [program = "", ...args] = TABLECAST_TOKEN_COMMAND.split(" ");
  const { stdout } = await promisify(execFile)(program, [...args, "--claim", `tenant=${tenant}`]);
  return stdout.trim();
}
