import { connectFailure } from "./connect-failure.js";

/** The `WebSocket` of browsers and Node 22, or the one of the package `ws`. */
export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

export interface WebSocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  /** Ends the connection without a reply of the server. Only `ws` has it. */
  terminate?(): void;
  onopen: unknown;
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
}

export interface SocketListener {
  opened(): void;
  received(frame: string): void;
  disconnected(reason: string): void;
}

/** The sub-protocols of the server. The client prefers batches because they cost less. The last one requests the reason
 * of a refusal as an event, because browsers hide the HTTP status. */
const PROTOCOLS = ["cloudevents-batch.json", "cloudevents.json", "tablecast.explain"];

/** RFC 6455: the characters of a sub-protocol. */
const PROTOCOL = /^[\w!#$%&'*+.^`|~-]+$/;

/** How long a server can reply to the end of a connection (ms). */
const CLOSE_TIMEOUT = 2_000;

/** Returns the sub-protocols to offer. The token is one of them, because access logs contain URLs. The error of a browser
 * would contain a token with other characters. */
export function protocols(token: string | undefined): string[] {
  if (token === undefined) return PROTOCOLS;
  if (PROTOCOL.test(token)) return [...PROTOCOLS, `bearer.${token}`];
  throw new Error(`the option token returned ${token ? "a character that no JWT has" : "an empty token"}`);
}

/** Calls the listener for each event of a WebSocket, until `endSocket`. */
export function listen(socket: WebSocketLike, url: string, { opened, received, disconnected }: SocketListener): void {
  let isOpened = false;
  let failure = "";
  const ended = (code: number, reason: string) => {
    const details = [`the connection closed with code ${code}`, reason, failure].filter(Boolean);
    disconnected(isOpened ? details.join(": ") : connectFailure(url, code, failure));
  };
  socket.onopen = () => {
    isOpened = true;
    opened();
  };
  socket.onmessage = ({ data }: { data: unknown }) => {
    if (typeof data === "string") received(data);
    else disconnected("the server sent a binary frame");
  };
  socket.onerror = ({ message, error }: { message?: string; error?: { code?: string } }) => {
    failure = message || error?.code || "";
    // Node 22 reports no close of a connection that it could not open.
    if (!isOpened) ended(1006, "");
  };
  socket.onclose = ({ code, reason }: { code: number; reason: string }) => ended(code, reason);
}

export function endSocket(socket: WebSocketLike): void {
  socket.onopen = socket.onmessage = socket.onclose = null;
  // Without a handler, ws throws when a socket is closed before it is open.
  socket.onerror = () => {};
  socket.close(1000);
  // `ws` waits 30 s for the reply of a silent server. If the socket ends before, the process need not wait.
  if (!socket.terminate) return;
  const timer: unknown = setTimeout(() => socket.terminate?.(), CLOSE_TIMEOUT);
  (timer as { unref?(): void }).unref?.();
}
