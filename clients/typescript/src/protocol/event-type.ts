/** Returns the type of the event that reports the removal of an item: `order.removed.v1` for `order.v1`. */
export function removedType(type: string): string {
  return type.replace(/\.(?=v\d+$)/, ".removed.");
}
