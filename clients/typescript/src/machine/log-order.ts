import type { CloudEvent } from "../protocol/event.js";
import { comparePositions, parsePosition, type Position } from "../protocol/position.js";

/** Before every other position. */
const NONE: Position = { epoch: "", offset: 0 };

/** Sorts the events of each source by position. Those without a position keep the order of their arrival. */
export function inLogOrder(events: CloudEvent[]): CloudEvent[] {
  const logs = new Map<string, CloudEvent[]>();
  for (const event of events) {
    const log = logs.get(event.source) ?? [];
    log.push(event);
    logs.set(event.source, log);
  }
  return [...logs.values()].flatMap((log) => log.sort(compare));
}

function compare(one: CloudEvent, other: CloudEvent): number {
  return comparePositions(position(one), position(other));
}

function position(event: CloudEvent): Position {
  return parsePosition(event.position) ?? NONE;
}
