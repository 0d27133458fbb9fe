// Generates TypeScript types from JSON Schema 2020-12. A type accepts every value that its schema accepts, and mostly
// more: TypeScript cannot express limits, patterns and conditions. A schema without `type` describes objects if it has
// properties, and arrays if it has items.
//
// json-schema-to-typescript 16 does not fit: it has `never[]` for `prefixItems`, and downloads a `$ref` to the `$id` of
// another file.
import { References } from "./references.js";
import { pascalCase, typeNames } from "./type-names.js";

/** Returns the declarations of these event types, and of the schemas that they refer to. */
export function declarations(types, schemas = types) {
  return new Declarations(types, schemas).write();
}

/** Returns an interface with the type of each event type. */
export function typeMap(name, description, types) {
  const names = typeNames(types.map(({ type }) => type));
  const lines = types.map(({ type }) => `  "${type}": ${names.get(type)};`);
  return `/** ${description} */\nexport interface ${name} {\n${lines.join("\n")}\n}\n`;
}

class Declarations {
  #references;
  /** The name of each schema that has a declaration, and the event type that it belongs to. */
  #names = new Map();
  /** The name of the event type whose declaration is written now. */
  #owner = "";

  constructor(types, schemas) {
    this.#references = new References(schemas);
    const names = typeNames(types.map(({ type }) => type));
    for (const { type, schema } of types) this.#names.set(schema, { name: names.get(type), owner: names.get(type) });
  }

  /** The map grows while its declarations are written. */
  write() {
    const texts = [];
    for (const [schema, { name, owner }] of this.#names) {
      this.#owner = owner;
      texts.push(`${comment(schema, "")}${this.#declaration(name, schema)}`);
    }
    return texts;
  }

  #declaration(name, schema) {
    const type = this.#type(schema, "");
    return type.startsWith("{\n") && type.indexOf("\n}") === type.length - 2
      ? `export interface ${name} ${type}\n`
      : `export type ${name} = ${type};\n`;
  }

  #type(schema, indent) {
    if (schema === false) return "never";
    const parts = [this.#reference(schema), this.#values(schema, indent)];
    for (const part of schema.allOf ?? []) parts.push(this.#type(part, indent));
    for (const alternatives of [schema.anyOf, schema.oneOf]) {
      if (alternatives) parts.push(union(alternatives.map((one) => this.#type(one, indent))));
    }
    return intersection(parts);
  }

  /** A `$dynamicRef` depends on who refers to the schema, so its type is not known. */
  #reference(schema) {
    const { $ref } = schema;
    if ($ref === undefined) return "unknown";
    const target = this.#references.resolve(schema, $ref);
    if (typeof target !== "object") return this.#type(target, "");
    if (!this.#names.has(target)) this.#names.set(target, { name: this.#freeName($ref), owner: this.#owner });
    return this.#names.get(target).name;
  }

  /** Names the target of `#/$defs/address` in order.placed.v1 `OrderPlacedV1Address`. */
  #freeName(reference) {
    const name = this.#owner + (pascalCase(reference.split(/[#/]/).at(-1)) || "Part");
    const isTaken = (name) => [...this.#names.values()].some((other) => other.name === name);
    let number = 2;
    if (!isTaken(name)) return name;
    while (isTaken(`${name}${number}`)) number++;
    return `${name}${number}`;
  }

  #values(schema, indent) {
    if (schema.const !== undefined) return literal(schema.const);
    if (schema.enum) return union(schema.enum.map(literal));
    const types = schema.type === undefined ? impliedTypes(schema) : [schema.type].flat();
    return types.length === 0 ? "unknown" : union(types.map((type) => this.#typeNamed(type, schema, indent)));
  }

  #typeNamed(type, schema, indent) {
    if (type === "integer") return "number";
    if (type === "object") return this.#object(schema, indent);
    return type === "array" ? this.#array(schema, indent) : type;
  }

  #array(schema, indent) {
    const { prefixItems, items = true, minItems = 0 } = schema;
    const rest = `${parenthesized(this.#type(items, indent))}[]`;
    if (!prefixItems) return rest;
    const element = (one, index) => parenthesized(this.#type(one, indent)) + (index < minItems ? "" : "?");
    const elements = prefixItems.map(element);
    return `[${(items === false ? elements : [...elements, `...${rest}`]).join(", ")}]`;
  }

  /** Clients ignore unknown members. So there is an index signature only for members that the schema describes. */
  #object(schema, indent) {
    const { properties = {}, required = [] } = schema;
    const inner = `${indent}  `;
    const names = [...new Set([...Object.keys(properties), ...required])];
    const index = this.#indexSignature(schema, names, inner);
    const members = names.map((name) => {
      const property = Object.hasOwn(properties, name) ? properties[name] : (this.#others(schema) ?? true);
      const mark = required.includes(name) ? "" : "?";
      return `${comment(property, inner)}${inner}${key(name)}${mark}: ${this.#type(property, inner)};\n`;
    });
    return members.length === 0 && index === "" ? "{}" : `{\n${members.join("")}${index}${indent}}`;
  }

  /** Returns the schema of members without a name, if there is one. */
  #others({ additionalProperties, patternProperties }) {
    if (patternProperties) return undefined;
    return typeof additionalProperties === "object" ? additionalProperties : undefined;
  }

  /** In TypeScript, an index signature also applies to the members with a name. */
  #indexSignature(schema, names, indent) {
    const { properties = {}, patternProperties = {}, additionalProperties } = schema;
    const described = Object.values(patternProperties);
    if (typeof additionalProperties === "object") described.push(additionalProperties);
    if (described.length === 0 && names.length > 0) return "";
    const isOpen = additionalProperties === undefined || additionalProperties === true;
    if (isOpen) described.push(true);
    const types = [...described, ...names.map((name) => properties[name] ?? true)].map((one) => this.#type(one, indent));
    if (names.length > 0) types.push("undefined");
    return `${indent}[key: string]: ${types.length === 0 ? "never" : union(types)};\n`;
  }
}

function impliedTypes(schema) {
  const has = (...keywords) => keywords.some((keyword) => schema[keyword] !== undefined);
  const types = [];
  if (has("properties", "required", "patternProperties", "additionalProperties")) types.push("object");
  if (has("items", "prefixItems")) types.push("array");
  return types;
}

/** Returns the type of exactly this value. */
export function literal(value) {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return quoted(value);
  const members = Object.entries(value).map(([name, member]) => `${key(name)}: ${literal(member)}`);
  return members.length === 0 ? "{ [key: string]: never }" : `{ ${members.join("; ")} }`;
}

const key = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name));

/** Escapes the characters that end a line for TypeScript, and not for JSON. */
const quoted = (value) =>
  JSON.stringify(value).replaceAll(/[\x7f-\x9f\u2028\u2029]/g, (text) => `\\u${text.charCodeAt(0).toString(16).padStart(4, "0")}`);

function union(types) {
  const unique = [...new Set(types.filter((type) => type !== "never"))];
  if (unique.includes("unknown")) return "unknown";
  return unique.length === 0 ? "never" : unique.map((type) => (type.includes(" & ") ? `(${type})` : type)).join(" | ");
}

function intersection(types) {
  const unique = [...new Set(types.filter((type) => type !== "unknown"))];
  if (unique.length < 2) return unique[0] ?? "unknown";
  return unique.map(parenthesized).join(" & ");
}

/** Texts and comments, which can contain every other character. */
const TEXT = /"(?:[^"\\]|\\.)*"|\/\*[^]*?\*\//g;

/** Adds parentheses around a union or an intersection. Those inside of braces need none. */
function parenthesized(type) {
  let depth = 0;
  for (const letter of type.replaceAll(TEXT, "")) {
    if ("{[(".includes(letter)) depth++;
    else if ("}])".includes(letter)) depth--;
    else if (depth === 0 && "|&".includes(letter)) return `(${type})`;
  }
  return type;
}

function comment(schema, indent) {
  const { description, deprecated } = typeof schema === "object" ? schema : {};
  const lines = [description, deprecated ? "@deprecated" : undefined].filter((line) => line !== undefined);
  const text = lines.join("\n").replaceAll("*/", "*\\/").split("\n");
  if (lines.length === 0) return "";
  if (text.length === 1) return `${indent}/** ${text[0]} */\n`;
  return `${indent}/**\n${text.map((line) => `${indent} * ${line}`.trimEnd() + "\n").join("")}${indent} */\n`;
}
