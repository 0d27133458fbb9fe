import assert from "node:assert/strict";
import { test } from "node:test";
import { buildValidators, schemaOf } from "./folder.js";
import { declare, type Expectation, typeCheck } from "./type-check.js";

const TYPE = "order.placed.v1";

test("a type accepts the values of its schema, and rejects others", (context) => {
  const cases: [schema: object, accepted: unknown[], rejected: unknown[]][] = [
    [{ type: ["string", "null"] }, ["a", null], [1]],
    [{ type: "integer" }, [1], ["1"]],
    [{ enum: ["a", 1, null] }, ["a", 1, null], ["b", 2]],
    [{ const: { a: [1] } }, [{ a: [1] }], [{ a: [2] }, {}]],
    [{ type: "object", properties: { a: { type: "string" } }, required: ["a"] }, [{ a: "x", b: 1 }], [{}, { a: 1 }]],
    [{ required: ["a"], properties: { b: { type: "number" } } }, [{ a: 1 }, { a: 1, b: 2 }], [{ b: 1 }, { a: 1, b: "" }]],
    [{ type: "object", additionalProperties: { type: "number" } }, [{}, { a: 1 }], [{ a: "x" }]],
    [{ patternProperties: { "^x": { type: "string" } }, additionalProperties: false }, [{ x: "a" }], [{ x: 1 }]],
    [{ type: "array", items: { type: ["string", "null"] } }, [[], ["a", null]], [[1], "a"]],
    [{ items: false }, [[]], [[1]]],
    [{ prefixItems: [{ type: "string" }, { type: "number" }] }, [[], ["a"], ["a", 1], ["a", 1, true]], [[1], ["a", "b"]]],
    [{ prefixItems: [{ type: "string" }], items: false }, [[], ["a"]], [["a", 1]]],
    [{ prefixItems: [{ type: "string" }], items: { type: "number" } }, [["a", 1, 2]], [["a", "b"]]],
    [{ prefixItems: [{ enum: ["a", "b"] }, {}], minItems: 1 }, [["b"], ["a", 1]], [[], ["c"]]],
    [{ prefixItems: [true, false] }, [[], [1]], [[1, 2]]],
    [{ anyOf: [{ type: "string" }, { type: "object", required: ["a"] }] }, ["x", { a: 1 }], [1, {}]],
    [{ allOf: [{ required: ["a"] }, { properties: { a: { enum: [1, 2] } } }] }, [{ a: 1 }], [{}, { a: 3 }]],
    [{ type: "object", properties: { next: { $ref: "#" } } }, [{}, { next: { next: {} } }], [{ next: 1 }]],
    [{ $ref: "#/$defs/a", $defs: { a: { type: "string" } } }, ["x"], [1]],
    [{ items: { enum: ["}", "("] } }, [["}", "("]], ["}", ["a"]]],
    [{ items: { anyOf: [{ required: ["a"], properties: { a: { description: "a smile :(" } } }, { type: "null" }] } },
      [[{ a: 1 }, null]], [null, [1]]],
    [{ not: { type: "string" } }, [1, "x"], []],
  ];
  const types = cases.map((_, index) => `case-${index}.tried.v1`);
  const expectations = cases.flatMap(([, accepted, rejected], index): Expectation[] => [
    ...accepted.map((value): Expectation => [types[index]!, value, true]),
    ...rejected.map((value): Expectation => [types[index]!, value, false]),
  ]);
  const schemas = cases.map(([schema], index) => schemaOf(types[index]!, schema));
  assert.deepEqual(typeCheck(schemas, expectations, context), []);
});

test("a $ref to the $id or the name of another file needs no network", async (context) => {
  const address = schemaOf("address.moved.v1", { type: "object", properties: { zip: { $ref: "#/$defs/zip" } },
    $defs: { zip: { type: "string" } }, required: ["zip"] });
  const references = ["https://tablecast.example/schemas/address.moved.v1.json", "address.moved.v1.json"];
  const schemas = [address, ...references.map(($ref, index) => schemaOf(`user-${index}.moved.v1`, { $ref }))];
  const expectations: Expectation[] = [0, 1].flatMap((index): Expectation[] => [
    [`user-${index}.moved.v1`, { zip: "1" }, true], [`user-${index}.moved.v1`, { zip: 1 }, false],
  ]);
  assert.deepEqual(typeCheck(schemas, expectations, context), []);
  const check = await buildValidators(schemas, context);
  assert.equal(check("user-1.moved.v1", { zip: "1" }), undefined);
  assert.match(check("user-1.moved.v1", { zip: 1 }) ?? "", /zip must be string/);
});

test("a $ref that leads nowhere is an error that names it", () => {
  const schema = schemaOf(TYPE, { $ref: "https://example.com/address.v1.json" });
  assert.throws(() => declare([schema]), /order\.placed\.v1\.json: \/\$ref: "https:\/\/example\.com\/address\.v1\.json" leads to no schema of this folder/);
});

test("a property can have the name of a keyword", (context) => {
  const properties = Object.fromEntries(["enum", "const", "default", "$ref", "$id"].map((name) => [name, { $ref: "#/$defs/a" }]));
  const schema = schemaOf(TYPE, { properties, $defs: { a: { type: "string" } } });
  const expectations: Expectation[] = [
    [TYPE, { enum: "x", const: "x", default: "x", $ref: "x", $id: "x" }, true], [TYPE, { default: 1 }, false], [TYPE, { $ref: 1 }, false],
  ];
  assert.deepEqual(typeCheck([schema], expectations, context), []);
});

test("a $ref can lead to a place that no keyword names", (context) => {
  const schema = schemaOf(TYPE, { $ref: "#/shared/a", shared: { a: { items: { $ref: "#/shared/b" } }, b: { type: "string" } } });
  assert.deepEqual(typeCheck([schema], [[TYPE, ["x"], true], [TYPE, [1], false]], context), []);
});

test("a $ref inside of a schema with an $id leads into that schema", (context) => {
  const inner = { $id: "inner.json", properties: { b: { $ref: "#/$defs/c" } }, $defs: { c: { type: "number" } } };
  const schema = schemaOf(TYPE, { properties: { a: inner, d: { $ref: "inner.json" }, e: { $ref: "#/$defs/c" } }, $defs: { c: { type: "string" } } });
  const expectations: Expectation[] = [
    [TYPE, { a: { b: 1 }, d: { b: 1 }, e: "x" }, true], [TYPE, { a: { b: "x" } }, false], [TYPE, { d: { b: "x" } }, false], [TYPE, { e: 1 }, false],
  ];
  assert.deepEqual(typeCheck([schema], expectations, context), []);
});

test("definitions with one name in two files get different types", (context) => {
  const order = schemaOf(TYPE, { properties: { a: { $ref: "#/$defs/x" } }, $defs: { x: { type: "string" } } });
  const user = schemaOf("user.moved.v1", { properties: { a: { $ref: "#/$defs/x" } }, $defs: { x: { type: "number" } } });
  const expectations: Expectation[] = [
    [TYPE, { a: "x" }, true], [TYPE, { a: 1 }, false], ["user.moved.v1", { a: 1 }, true],
  ];
  assert.deepEqual(typeCheck([order, user], expectations, context), []);
});

test("event types that differ in a dot and a hyphen are never confused", async (context) => {
  const pair = [
    schemaOf("order.status-changed.v1", { type: "string" }),
    schemaOf("order.status.changed.v1", { type: "number" }),
  ];
  const [hyphen, dot] = pair.map(({ type }) => type) as [string, string];
  const expectations: Expectation[] = [[hyphen, "a", true], [hyphen, 1, false], [dot, 1, true], [dot, "a", false]];
  assert.deepEqual(typeCheck(pair, expectations, context), []);
  const check = await buildValidators(pair, context);
  assert.equal(check("order.status-changed.v1", "a"), undefined);
  assert.equal(check("order.status.changed.v1", 1), undefined);
  assert.match(check("order.status-changed.v1", 1) ?? "", /must be string/);
});

test("a description cannot end its comment", (context) => {
  const schema = schemaOf(TYPE, { description: "a */ b\nc", properties: { "a b": { description: "*/", deprecated: true } } });
  assert.deepEqual(typeCheck([schema], [[TYPE, {}, true]], context), []);
});
