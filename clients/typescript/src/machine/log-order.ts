import type { CloudEvent } from "../protocol/event.js";
import { parsePosition } from "../protocol/position.js";

/** Sorts events by offset within each log. Events without a position keep the order of their arrival. */
export function inLogOrder(events: CloudEvent[]): CloudEvent[] {
  const logs = new Map<string, CloudEvent[]>();
  for (const event of events) {
    const key = `${event.source} ${parsePosition(event.position)?.epoch}`;
    const log = logs.get(key);
    if (log) log.push(event);
    else logs.set(key, [event]);
  }
  return [...logs.values()].flatMap((log) => log.sort((one, other) => offset(one) - offset(other)));
}

function offset(event: CloudEvent): number {
  return parsePosition(event.position)?.offset ?? 0;
}
