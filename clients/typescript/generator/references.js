// Resolves each `$ref` among the schemas of one folder. Nothing is fetched.
import { Problem } from "./problem.js";
import { subschemas } from "./subschemas.js";

/** Finds the target of a `$ref` by the `$id`s and anchors of all schemas. */
export class References {
  /** By address without a fragment. */
  #resources = new Map();
  /** By address with a fragment. */
  #anchors = new Map();
  /** The address, file and JSON pointer of each schema. */
  #places = new Map();

  constructor(schemas) {
    for (const { file, schema } of schemas) this.#index(schema, schema.$id, file);
  }

  #index(root, address, file) {
    for (const { schema, pointer, parent } of subschemas(root)) {
      const outer = this.#places.get(parent)?.base ?? address;
      const hasId = typeof schema.$id === "string";
      if (hasId && !URL.canParse(schema.$id, outer)) throw new Problem(`${file}: ${pointer}/$id: not a URL`);
      const base = hasId ? new URL(schema.$id, outer).href.split("#")[0] : outer;
      if (hasId) this.#resources.set(base, schema);
      this.#places.set(schema, { base, file, pointer });
      for (const anchor of [schema.$anchor, schema.$dynamicAnchor]) this.#anchors.set(`${base}#${anchor}`, schema);
    }
  }

  /** Throws an error if a `$ref` of any schema leads nowhere. */
  check() {
    for (const [schema] of this.#places) {
      if (typeof schema.$ref === "string") this.resolve(schema, schema.$ref);
    }
  }

  /** Returns the schema that a `$ref` of this schema refers to. */
  resolve(schema, reference) {
    const place = this.#places.get(schema);
    const url = URL.canParse(reference, place.base) ? new URL(reference, place.base) : undefined;
    const [address, fragment = ""] = url?.href.split("#") ?? [];
    const target = url && this.#find(address, decoded(fragment));
    if (target === undefined) throw new Problem(`${place.file}: ${place.pointer}/$ref: ${nowhere(reference)}`);
    // A pointer can lead to a place without a keyword.
    if (typeof target === "object" && !this.#places.has(target)) this.#index(target, address, place.file);
    return target;
  }

  #find(address, fragment) {
    const resource = this.#resources.get(address);
    if (fragment !== "" && !fragment.startsWith("/")) return this.#anchors.get(`${address}#${fragment}`);
    const segments = fragment.split("/").slice(1).map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
    return segments.reduce((schema, name) => (Object.hasOwn(schema ?? {}, name) ? schema[name] : undefined), resource);
  }
}

const nowhere = (reference) =>
  `${JSON.stringify(reference)} leads to no schema of this folder. Use the $id or the name of one of its files`;

function decoded(fragment) {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
