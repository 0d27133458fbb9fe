import type { Controls } from "./generated/controls.js";

const NO_SERVER = "check that the server runs at this address";

/** Advice for each HTTP status of a refused connection: docs/reference/protocol.md#connect. 0: no server listens. */
const ADVICE: Record<string, string> = {
  0: NO_SERVER,
  5: "the server failed. Its log has the reason",
  400: "check the path and the parameters of the option url",
  401: "check what the option token returns",
  403: "check what the option token returns, and the server's list of origins",
  404: "the option url has no WebSocket. Check its path",
  426: "the option url has no WebSocket. Check its path",
};

/** Browsers do not show which it is. */
const UNKNOWN =
  `${NO_SERVER}, what the option token returns, and the server's list of origins. Its log has the reason`;

/** Returns why a connection did not open, and what to check. Only `ws` gives a detail, which contains the status. */
export function connectFailure(url: string, code: number, detail: string): string {
  const status = /response: (\d{3})/.exec(detail)?.[1] ?? "";
  const advice = ADVICE[status[0] === "5" ? 5 : detail.includes("REFUSED") ? 0 : status] ?? UNKNOWN;
  return `${withoutSecrets(url)} did not open (${detail || `code ${code}`}): ${advice}`;
}

/** Returns why the server refused a connection that it opened only to give the reason. */
export function refusal({ status, reason, message }: Controls["tablecast.refused.v1"]): string {
  const advice = ADVICE[status] ? ` (${ADVICE[status]})` : "";
  return `the server refused the connection (${status} ${reason}): ${message}${advice}`;
}

/** Throws an error for an address that can never open. Browsers complete a path with the address of the page. */
export function checkUrl(url: string): void {
  if (/^(ws|http)s?:\/\/./i.test(url) || (url.startsWith("/") && "location" in globalThis)) return;
  throw new Error(`createClient: the option url is "${withoutSecrets(url)}". Use the address of the server: wss://...`);
}

/** A query can contain a token, and the part before `@` a password. */
function withoutSecrets(url: string): string {
  return url.replace(/\?.*|[^/?]*@/g, "");
}
