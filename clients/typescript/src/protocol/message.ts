/** What a client says: docs/protocol.md. `id` comes back in the answer as `request`. */
export type Message =
  | { action: "subscribe"; id: string; subjects: string[]; types?: string[]; after?: Record<string, string> }
  | { action: "unsubscribe"; id: string; subjects: string[] }
  | { action: "ping"; id: string }
  | { action: "refresh"; id: string; token: string };
