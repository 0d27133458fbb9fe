// The functions that Ajv's code imports from its package. With these, the validators import nothing.

/** Code by the module of Ajv that it replaces. */
const MODULES = {
  // Ajv's own reads members such as `constructor` and `valueOf` of the data.
  equal: `(one, other) => {
  const isEqual = (one, other) => {
    if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return one === other;
    if (Array.isArray(one) !== Array.isArray(other)) return false;
    const names = Object.keys(one);
    const hasEqual = (name) => Object.hasOwn(other, name) && isEqual(one[name], other[name]);
    return names.length === Object.keys(other).length && names.every(hasEqual);
  };
  return isEqual(one, other);
}`,
  // The number of characters, not of UTF-16 units.
  ucs2length: `(text) => {
  let length = 0;
  for (const _ of text) length++;
  return length;
}`,
};

const IMPORT = /^const (\w+) = require\("([^"]+)"\)(?:\.default)?;$/gm;

/** Replaces the imports in Ajv's code. */
export function withoutImports(code) {
  return code.replaceAll(IMPORT, (_, name, module) => {
    const replacement = MODULES[module.replace("ajv/dist/runtime/", "")];
    if (replacement === undefined) throw new Error(`Ajv's code imports ${module}`);
    return `const ${name} = ${replacement};`;
  });
}
