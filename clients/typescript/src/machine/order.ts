import type { CloudEvent } from "../protocol/event.js";
import { position } from "../protocol/position.js";

/** One log after the other, each in its own order; as they came, where there is no position. */
export function inOrder(events: CloudEvent[]): CloudEvent[] {
  const logs = new Map<string, CloudEvent[]>();
  for (const event of events) {
    const log = `${event.source} ${position(event.position)?.epoch}`;
    const known = logs.get(log);
    if (known) known.push(event);
    else logs.set(log, [event]);
  }
  return [...logs.values()].flatMap((log) => log.sort((one, other) => offset(one) - offset(other)));
}

function offset(event: CloudEvent): number {
  return position(event.position)?.offset ?? 0;
}
