/** The WebSocket of browsers, and of Node from 22 on; the package `ws` has the same. */
export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

export interface WebSocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: unknown;
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
}

export interface Listener {
  opened(): void;
  received(frame: string): void;
  lost(why: string): void;
}

/** Of what the server speaks, batches cost less. */
const PROTOCOLS = ["cloudevents-batch.json", "cloudevents.json"];

/** The token goes where no log of addresses sees it. */
export function protocols(token: string | undefined): string[] {
  return token === undefined ? PROTOCOLS : [...PROTOCOLS, `bearer.${token}`];
}

/** Tells the listener what happens, and after `lost` nothing more. */
export class Socket {
  readonly #socket: WebSocketLike;
  #why = "";

  constructor(socket: WebSocketLike, listener: Listener) {
    this.#socket = socket;
    socket.onopen = () => listener.opened();
    socket.onmessage = ({ data }: { data: unknown }) => {
      if (typeof data === "string") listener.received(data);
      else listener.lost("the server sent bytes, and not text");
    };
    socket.onerror = ({ message }: { message?: string }) => {
      this.#why = message ?? "";
    };
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => listener.lost(this.#closed(code, reason));
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  drop(): void {
    for (const event of ["onopen", "onmessage", "onclose"] as const) this.#socket[event] = null;
    // ws throws what nobody listens to, even when it is only that it was closed before it was open.
    this.#socket.onerror = () => {};
    this.#socket.close(1000);
  }

  /** Browsers do not tell why a connection was refused. */
  #closed(code: number, reason: string): string {
    return [`the connection was closed with ${code}`, reason, this.#why].filter((text) => text !== "").join(": ");
  }
}
