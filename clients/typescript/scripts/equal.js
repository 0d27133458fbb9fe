// Replaces Ajv's comparison of values, which reads members such as `constructor` and `valueOf` of the data.

/** Returns whether two JSON values are equal. */
export default function equal(one, other) {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  const isEqual = (name) => Object.hasOwn(other, name) && equal(one[name], other[name]);
  return names.length === Object.keys(other).length && names.every(isEqual);
}
