/** The actions of client messages: docs/reference/protocol.md. A test compares this list with `crates/protocol`. */
export const ACTIONS = ["subscribe", "unsubscribe", "ping", "refresh", "state"] as const;

export type Action = (typeof ACTIONS)[number];

/** The members of each message besides `action` and `id`. */
interface Members {
  subscribe: { subjects: string[]; types?: string[]; after?: Record<string, string> };
  unsubscribe: { subjects: string[] };
  ping: {};
  refresh: { token: string };
  state: { subjects: string[]; types?: string[]; next?: string };
}

/** A message that has no id yet. */
export type MessageBody<A extends Action = Action> = { [Name in A]: { action: Name } & Members[Name] }[A];

/** A message to the server. The reply repeats `id` as `request`. */
export type ClientMessage<A extends Action = Action> = MessageBody<A> & { id: string };
