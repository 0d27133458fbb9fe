import type { WebSocketConstructor } from "../socket.js";

/** Returns the global class. Bundles for browsers contain this file in place of ../web-socket.ts: see package.json. */
export function findWebSocket(): WebSocketConstructor {
  return WebSocket;
}
