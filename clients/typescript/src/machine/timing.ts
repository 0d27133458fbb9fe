/** Times in milliseconds. */
export interface Timing {
  /** Interval of pings. API Gateway closes a connection after 10 minutes without a message. A connection that died
   * silently is noticed after this time and the timeout of a ping. */
  pingEvery: number;
  /** Shortest time between two checks for lost events, which follow an `unavailable` reply to a ping. */
  checkEvery: number;
  /** Age at which a connection is replaced, random between the two. API Gateway closes it after two hours. */
  leaveAfter: [number, number];
}

/** Completes the timing by the defaults. */
export function timingOf({
  pingEvery = 4 * 60_000,
  checkEvery = 5 * 60_000,
  leaveAfter = [90 * 60_000, 115 * 60_000],
}: { [Name in keyof Timing]?: Timing[Name] | undefined }): Timing {
  return { pingEvery, checkEvery, leaveAfter };
}

/** Longest wait for an open connection or a reply. The functions of the server have half a minute. */
export const TIMEOUTS = { connect: 30_000, subscribe: 60_000, unsubscribe: 30_000, ping: 10_000, refresh: 30_000, state: 60_000 };

/** A connection that was live for so long resets the backoff. */
export const MIN_UPTIME = 10_000;

/** Delay before the client requests a token again. */
export const TOKEN_RETRY = 10_000;
