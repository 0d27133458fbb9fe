import { isWide } from "../protocol/channel.js";
import type { MessageBody } from "../protocol/message.js";
import { comparePositions, formatPosition, type Position } from "../protocol/position.js";
import { overlap } from "../protocol/subject.js";
import type { SubscriptionState } from "./subscription-state.js";

/** docs/reference/protocol.md: the most types of one subscribe. */
const MAX_TYPES = 20;

/** docs/reference/limits.md: the most subjects of one message. */
const MAX_SUBJECTS = 100;

/** docs/reference/limits.md: the most sources of `after`. */
const MAX_SOURCES = 400;

/** The most bytes of subjects and sources. docs/reference/limits.md: 32 KB are the most, with 20 types and the id. */
const MAX_BYTES = 29_000;

/** Returns one message that subscribes, and if possible resumes, all of them. It replaces the types that the server has
 * for a subject. So it has those of all `wanted` subscriptions to its subjects. */
export function subscribeMessage(
  subscriptions: SubscriptionState[],
  wanted: Iterable<SubscriptionState>,
): MessageBody<"subscribe"> {
  const types = typesFor(subscriptions, wanted);
  const logsFirst = resumeAfter(subscriptions).sort(([one], [other]) => Number(isWide(one)) - Number(isWide(other)));
  const after = logsFirst.length > 0 && Object.fromEntries(logsFirst.slice(0, MAX_SOURCES));
  return { action: "subscribe", subjects: subjectsOf(subscriptions), ...(types && { types }), ...(after && { after }) };
}

/** Returns the subscriptions of the first group, and of each other group that its message can have: with the same types,
 * and also with `after`, or also without. A pattern waits if another subject overlaps it: it may be wider than a channel,
 * and must not get the positions of other channels. */
export function joint([first = [], ...others]: SubscriptionState[][], wanted: Iterable<SubscriptionState>): SubscriptionState[] {
  const keyOf = (group: SubscriptionState[]) => `${group[0]?.hasStarted} ${typesFor(group, wanted)?.sort()}`;
  const key = keyOf(first);
  return others.reduce((all, group) => {
    const more = [...all, ...group];
    return keyOf(group) === key && isApart(group, all) && fits(subjectsOf(more), resumeAfter(more)) ? more : all;
  }, first);
}

function isApart(group: SubscriptionState[], others: SubscriptionState[]): boolean {
  const known = subjectsOf(others);
  return subjectsOf(group).every((one) => known.every((other) => one === other || !overlap(one, other)));
}

/** Returns whether one message can have all of them. */
export function fits(subjects: string[], after: [string, string][] = []): boolean {
  const bytes = new TextEncoder().encode(JSON.stringify([subjects, after])).length;
  return subjects.length <= MAX_SUBJECTS && after.length <= MAX_SOURCES && bytes <= MAX_BYTES;
}

function subjectsOf(subscriptions: SubscriptionState[]): string[] {
  return [...new Set(subscriptions.flatMap(({ filter }) => filter.subjects))];
}

/** Returns the subscription and all that can receive the same events, directly or through a third one. */
export function overlapping(subscription: SubscriptionState, among: SubscriptionState[]): SubscriptionState[] {
  const group = [subscription];
  for (const one of group) group.push(...among.filter((other) => !group.includes(other) && other.overlaps(one)));
  return group;
}

/** Returns the least position of each source. Subscriptions with a later position recognize duplicates. A source that is
 * left out has a gap, so first those without a log, which have one anyway. */
function resumeAfter(subscriptions: SubscriptionState[]): [string, string][] {
  const least = new Map<string, Position>();
  for (const [source, last] of subscriptions.flatMap(({ progress }) => progress.last)) {
    const known = least.get(source);
    if (!known || comparePositions(last, known) < 0) least.set(source, last);
  }
  return [...least].map(([source, position]) => [source, formatPosition(position)]);
}

/** Returns `undefined` for every type. */
function typesFor(subscriptions: SubscriptionState[], wanted: Iterable<SubscriptionState>): string[] | undefined {
  const subjects = new Set(subjectsOf(subscriptions));
  const sharing = [...wanted].filter(({ filter }) => filter.subjects.some((subject) => subjects.has(subject)));
  const all = [...subscriptions, ...sharing].map(({ filter }) => filter.types);
  const union = [...new Set(all.flatMap((types) => types ?? []))];
  return all.includes(undefined) || union.length > MAX_TYPES ? undefined : union;
}
