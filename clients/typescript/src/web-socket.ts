import type { WebSocketConstructor } from "./socket.js";

interface Globals {
  WebSocket?: WebSocketConstructor;
  navigator?: { userAgent?: string };
}

/** Returns the global class. In Node, rather the one of the package `ws`: Node 20 has none, and that of Node 22 keeps each
 * connection, and the process, until the server replies to its end. */
export async function findWebSocket(): Promise<WebSocketConstructor> {
  const { WebSocket, navigator } = globalThis as Globals;
  const isOfNode = navigator?.userAgent?.startsWith("Node.js");
  return (WebSocket && !isOfNode ? undefined : await importClass("ws")) ?? WebSocket ?? missing();
}

/** The name is a parameter, so that bundlers do not look for the package. */
async function importClass(name: string): Promise<WebSocketConstructor | undefined> {
  try {
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)).WebSocket;
  } catch {
    return undefined;
  }
}

function missing(): never {
  throw new Error("there is no global WebSocket. Run `npm install ws`, or set the option WebSocket");
}
