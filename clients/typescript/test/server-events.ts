// Events as the server sends them, in JSON.
export const SOURCE = "tablecast/orders";

export function event(type: string, data: unknown, more: object = {}): string {
  const id = `${type} ${Math.random()}`;
  return JSON.stringify({ specversion: "1.0", id, source: "tablecast", type, data, ...more });
}

/** An event of the table, with its offset in the log. */
export function order(subject: string, offset: number | undefined, more: object = {}): string {
  const position = offset === undefined ? {} : { position: `e-${offset}` };
  const id = `${subject} ${offset}`;
  return event("order.placed.v1", { offset }, { id, source: SOURCE, subject, ...position, ...more });
}

/** The result of a source whose replay is empty. */
export const RECOVERED = { recovered: true, position: "e-0" };

/** The position of a pattern that is wider than a channel. */
export const NONE = "0000000000000000-0";

export const TOO_WIDE = { recovered: false, cause: "too-wide" };

/** The first reply to a subscribe with `after`. */
export function resumed(request: string, result: object): string {
  return resumedSources(request, { [SOURCE]: result });
}

export function resumedSources(request: string, sources: Record<string, object>): string {
  return event("tablecast.resumed.v1", { request, sources });
}

/** `end`: the offset in the log of `SOURCE`, or the positions of all sources. */
export function subscribed(
  request: string, subjects: string[], end?: number | Record<string, string>, granted = subjects,
): string {
  const results = subjects.map((subject) => {
    return granted.includes(subject) ? { subject, granted: true } : { subject, granted: false, reason: "not-granted" };
  });
  return event("tablecast.subscribed.v1", { request, subjects: results, ...sources(end) });
}

/** An item of the state that this request requested. */
export function item(snapshot: string, subject: string, data: unknown, more: object = {}): string {
  return event("order.placed.v1", data, { snapshot, subject, source: SOURCE, ...more });
}

/** The end of a page. `end` as in `subscribed`. */
export function state(
  request: string, subjects: object[], end?: number | Record<string, string>, invalid: object = { count: 0 },
): string {
  return event("tablecast.state.v1", { request, subjects, ...sources(end), invalid });
}

export function unsubscribed(request: string, subjects: string[]): string {
  return event("tablecast.unsubscribed.v1", { request, subjects });
}

export function pong(request: string | undefined, end?: number | Record<string, string>): string {
  return event("tablecast.pong.v1", { request, ...sources(end) });
}

/** An `unavailable` error: the server cannot handle the request now. */
export function unavailable(request: string | undefined): string {
  return event("tablecast.error.v1", { request, code: "unavailable", message: "try again", closing: false });
}

/** The only event of a connection that the server refuses. */
export function refused(status: number, reason: string, message: string): string {
  return event("tablecast.refused.v1", { status, reason, message });
}

/** The reply to a refresh with a token that is valid for so long (ms). The clock of this server is an hour behind. */
export function refreshed(remaining: number, removed: string[] = [], request?: string): string {
  const now = Date.now() - 3_600_000;
  const [time, expiresAt] = [now, now + remaining].map((at) => new Date(at).toISOString());
  return event("tablecast.refreshed.v1", { request, expiresAt, removed }, { time });
}

export function reconnect(): string {
  return event("tablecast.reconnect.v1", {});
}

function sources(end: number | Record<string, string> | undefined): object {
  if (end === undefined) return {};
  return { sources: typeof end === "number" ? { [SOURCE]: `e-${end}` } : end };
}
