import type { WebSocketConstructor } from "../../src/socket.js";

export type Sent = { action: string; id: string; token?: string };

/** Returns a WebSocket class without a network, for tests with a mocked clock. `reply` returns the next frame. */
export function fakeWebSocket(reply: (message: Sent) => string | void): WebSocketConstructor {
  return class {
    onopen!: () => void;
    onmessage: ((message: { data: string }) => void) | undefined;
    onclose: unknown;
    onerror: unknown;

    constructor() {
      queueMicrotask(() => this.onopen());
    }

    send(text: string): void {
      const data = reply(JSON.parse(text));
      if (data) queueMicrotask(() => this.onmessage?.({ data }));
    }

    close(): void {}
  };
}
