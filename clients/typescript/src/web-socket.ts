import type { WebSocketConstructor } from "./socket.js";

/** Returns the global class, or the one of the package `ws`: Node 20 has none. */
export async function findWebSocket(): Promise<WebSocketConstructor> {
  const { WebSocket } = globalThis as { WebSocket?: WebSocketConstructor };
  return WebSocket ?? (await importPackage("ws")).WebSocket;
}

/** The name is a parameter, so that bundlers do not look for the package. */
async function importPackage(name: string): Promise<{ WebSocket: WebSocketConstructor }> {
  try {
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ name);
  } catch {
    throw new Error(`there is no global WebSocket. Run \`npm install ${name}\`, or set the option WebSocket`);
  }
}
