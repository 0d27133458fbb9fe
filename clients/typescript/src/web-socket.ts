import type { WebSocketConstructor } from "./socket.js";

/** A name in a variable: a bundler for browsers must not look for the package. */
const PACKAGE = "ws";

/** Returns the global class, or the one of the package `ws`: Node 20 has none. */
export async function findWebSocket(): Promise<WebSocketConstructor> {
  const { WebSocket } = globalThis as { WebSocket?: WebSocketConstructor };
  return WebSocket ?? importWebSocket();
}

async function importWebSocket(): Promise<WebSocketConstructor> {
  try {
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ PACKAGE)).WebSocket;
  } catch {
    throw new Error("this JavaScript has no global WebSocket: run `npm install ws`, or set the option WebSocket");
  }
}
