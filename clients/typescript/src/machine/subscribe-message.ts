import { isWide } from "../protocol/channel.js";
import type { MessageBody } from "../protocol/message.js";
import { comparePositions, formatPosition, type Position } from "../protocol/position.js";
import type { SubscriptionState } from "./subscription-state.js";

/** docs/reference/protocol.md: the most types of one subscribe. */
const MAX_TYPES = 20;

/** docs/reference/limits.md: the most sources of `after`. */
const MAX_SOURCES = 400;

/** Returns one message that subscribes, and if possible resumes, all of them. It replaces the types that the server has
 * for a subject. So it has those of all `wanted` subscriptions to its subjects. */
export function subscribeMessage(
  subscriptions: SubscriptionState[],
  wanted: Iterable<SubscriptionState>,
): MessageBody<"subscribe"> {
  const subjects = [...new Set(subscriptions.flatMap(({ filter }) => filter.subjects))];
  const sharing = [...wanted].filter(({ filter }) => filter.subjects.some((subject) => subjects.includes(subject)));
  const types = unionOfTypes([...subscriptions, ...sharing]);
  const after = resumeAfter(subscriptions);
  return { action: "subscribe", subjects, ...(types && { types }), ...(after && { after }) };
}

/** Returns the subscription and all that can receive the same events, directly or through a third one. */
export function overlapping(subscription: SubscriptionState, among: SubscriptionState[]): SubscriptionState[] {
  const group = [subscription];
  for (const one of group) group.push(...among.filter((other) => !group.includes(other) && other.overlaps(one)));
  return group;
}

/** Returns the least position of each source. Subscriptions with a later position recognize duplicates. A source that is
 * left out has a gap, so first those without a log, which have one anyway. */
function resumeAfter(subscriptions: SubscriptionState[]): Record<string, string> | undefined {
  const least = new Map<string, Position>();
  for (const [source, last] of subscriptions.flatMap(({ progress }) => progress.last)) {
    const known = least.get(source);
    if (!known || comparePositions(last, known) < 0) least.set(source, last);
  }
  const texts = [...least].map(([source, position]) => [source, formatPosition(position)] as const);
  const logsFirst = texts.sort(([one], [other]) => Number(isWide(one)) - Number(isWide(other)));
  return texts.length > 0 ? Object.fromEntries(logsFirst.slice(0, MAX_SOURCES)) : undefined;
}

/** Returns `undefined` for every type. */
function unionOfTypes(subscriptions: SubscriptionState[]): string[] | undefined {
  const all = subscriptions.map(({ filter }) => filter.types);
  const union = [...new Set(all.flatMap((types) => types ?? []))];
  return all.includes(undefined) || union.length > MAX_TYPES ? undefined : union;
}
