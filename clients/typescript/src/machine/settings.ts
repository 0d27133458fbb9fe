/** Times in milliseconds. */
export interface Settings {
  /** How often the server is asked whether the connection is alive. API Gateway ends silent ones after 10 minutes. */
  pingEvery: number;
  /** How often at most a subscription asks for what it may have missed, when its log has gone on without it. */
  checkEvery: number;
  /** When a connection is left for a new one: API Gateway ends it after two hours. Random between the two. */
  leaveAfter: [number, number];
}

export const DEFAULTS: Settings = {
  pingEvery: 60_000,
  checkEvery: 5 * 60_000,
  leaveAfter: [90 * 60_000, 115 * 60_000],
};

/** How long an answer may take: functions have half a minute. */
export const PATIENCE = { connect: 30_000, subscribe: 60_000, unsubscribe: 30_000, ping: 10_000, refresh: 30_000 };

/** A connection that lasted so long was a good one: the next attempt comes soon. */
export const GOOD = 10_000;

/** After a token could not be had. */
export const ANOTHER_TOKEN = 10_000;
