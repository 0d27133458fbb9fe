// The client gives the verdicts of the server: tests/agreement/README.md.
import assert from "node:assert/strict";
import { test } from "node:test";
import { rows, typeOf } from "./agreement.js";
import { buildValidators, schemaOf } from "./folder.js";
import { type Expectation, typeCheck } from "./type-check.js";

const schemas = rows.map(({ schema }, index) => schemaOf(typeOf(index), schema));

test("the client gives the verdicts of the shared tables", async (context) => {
  assert.ok(rows.length > 250, `${rows.length} rows`);
  const check = await buildValidators(schemas, context);
  const wrong = rows.flatMap(({ name, schema, valid, invalid }, index) => {
    const verdicts = [...valid.map((value) => [value, true]), ...invalid.map((value) => [value, false])];
    const mismatches = verdicts.filter(([value, isValid]) => (check(typeOf(index), value) === undefined) !== isValid);
    return mismatches.map(([value, isValid]) => `${name}: ${JSON.stringify({ schema, value, isValid })}`);
  });
  assert.deepEqual(wrong, []);
});

/** A type without `type` describes objects or arrays. For TypeScript, `{}` has no property in common with `{ a?: string }`,
 * and a `constructor` that is no string. */
function isOutsideOfTypes(schema: { type?: string; properties?: object }, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return !schema.type;
  const names = Object.keys(schema.properties ?? {});
  return names.length > 0 && !names.some((name) => Object.hasOwn(value, name));
}

test("the types accept each valid value of the shared tables", (context) => {
  const expectations = rows.flatMap(({ schema, valid }, index) => {
    const values = valid.filter((value) => !isOutsideOfTypes(schema, value));
    return values.map((value): Expectation => [typeOf(index), value, true]);
  });
  assert.ok(expectations.length > 400, `${expectations.length} values`);
  assert.deepEqual(typeCheck(schemas, expectations, context), []);
});
