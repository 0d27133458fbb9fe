// Finds the schemas inside of a schema. A property can have the name of a keyword, so only keywords lead to schemas.

const ONE = ["additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames", "then",
  "unevaluatedItems", "unevaluatedProperties"];
const LIST = ["allOf", "anyOf", "oneOf", "prefixItems"];
const MAP = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Yields each schema that is an object, with its JSON pointer and the schema around it, which comes first. */
export function* subschemas(schema, pointer = "", parent = undefined) {
  if (!isObject(schema)) return;
  yield { schema, pointer, parent };
  for (const [path, inner] of children(schema)) yield* subschemas(inner, `${pointer}/${path}`, schema);
}

function* children(schema) {
  for (const keyword of ONE) if (Object.hasOwn(schema, keyword)) yield [keyword, schema[keyword]];
  for (const keyword of [...LIST, ...MAP]) {
    const members = Object.hasOwn(schema, keyword) ? schema[keyword] : undefined;
    if (!isObject(members) && !Array.isArray(members)) continue;
    for (const [name, inner] of Object.entries(members)) yield [`${keyword}/${escaped(name)}`, inner];
  }
}

const escaped = (name) => name.replaceAll("~", "~0").replaceAll("/", "~1");
