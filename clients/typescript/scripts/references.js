// Resolves each `$ref` among the schemas of one folder. Nothing is fetched.

/** Keywords whose values are data and no schemas. */
const VALUES = ["const", "default", "enum", "examples"];

/** Finds the target of a `$ref` by the `$id`s and anchors of all schemas. */
export class References {
  /** By address without a fragment. */
  #resources = new Map();
  /** By address with a fragment. */
  #anchors = new Map();
  #bases = new WeakMap();

  constructor(schemas) {
    for (const { schema } of schemas) this.#index(schema, schema.$id);
  }

  #index(schema, base) {
    if (typeof schema !== "object" || schema === null) return;
    if (typeof schema.$id === "string") base = new URL(schema.$id, base).href.split("#")[0];
    if (typeof schema.$id === "string") this.#resources.set(base, schema);
    this.#bases.set(schema, base);
    for (const anchor of [schema.$anchor, schema.$dynamicAnchor]) this.#anchors.set(`${base}#${anchor}`, schema);
    for (const [keyword, value] of Object.entries(schema)) if (!VALUES.includes(keyword)) this.#index(value, base);
  }

  /** Returns the schema that a `$ref` of this schema refers to. */
  resolve(schema, reference) {
    const [address, fragment = ""] = new URL(reference, this.#bases.get(schema)).href.split("#");
    const target = this.#find(address, decodeURIComponent(fragment));
    if (target !== undefined) return target;
    throw new Error(`$ref ${reference}: refers to no schema of this folder. Use the $id or the name of one of its files`);
  }

  #find(address, fragment) {
    const resource = this.#resources.get(address);
    if (fragment !== "" && !fragment.startsWith("/")) return this.#anchors.get(`${address}#${fragment}`);
    const segments = fragment.split("/").slice(1).map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
    return segments.reduce((schema, name) => (Object.hasOwn(schema ?? {}, name) ? schema[name] : undefined), resource);
  }
}
