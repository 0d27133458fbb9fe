// Names of TypeScript types.

/** `order.status-changed.v1` → `OrderStatusChangedV1` */
export function pascalCase(name) {
  const words = name.split(/[^A-Za-z0-9]/).filter((word) => word !== "");
  return words.map((word) => word[0].toUpperCase() + word.slice(1)).join("");
}

/** `order.status-changed.v1` → `OrderStatus_changedV1`. No two event types share such a name. */
const distinctName = (type) => type.replaceAll(/(?:^|\.)(.)/g, (_, first) => first.toUpperCase()).replaceAll("-", "_");

/** Returns the name of each event type. Types that differ only in dots and hyphens get distinct names. */
export function typeNames(types) {
  const isShared = (name) => types.filter((other) => pascalCase(other) === name).length > 1;
  const nameOf = (type) => (isShared(pascalCase(type)) ? distinctName(type) : pascalCase(type));
  return new Map(types.map((type) => [type, nameOf(type)]));
}
