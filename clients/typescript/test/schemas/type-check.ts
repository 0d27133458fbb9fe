import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
// @ts-ignore: a script without types.
import { typeNames } from "../../../generator/type-names.js";
// @ts-ignore: a script without types.
import { declarations, literal } from "../../../generator/typescript.js";
import { type NamedSchema, temporaryFolder } from "./folder.js";

const tsc = fileURLToPath(new URL("../../../node_modules/.bin/tsc", import.meta.url));
const OPTIONS = ["--ignoreConfig", "--noEmit", "--strict", "--exactOptionalPropertyTypes", "--pretty", "false", "--types", "", "--lib", "ES2022", "--skipLibCheck"];

/** Generates the declarations of these schemas. */
export function declare(schemas: NamedSchema[]): string {
  return declarations(schemas).join("\n");
}

/** A value, and whether the type of an event type must accept it. */
export type Expectation = [type: string, value: unknown, isAccepted: boolean];

/** Returns what the compiler reports: nothing, if each type accepts exactly what is expected. */
export function typeCheck(schemas: NamedSchema[], expectations: Expectation[], context: TestContext): string[] {
  const file = join(temporaryFolder(context), "types.ts");
  const names: Map<string, string> = typeNames(schemas.map(({ type }) => type));
  const lines = expectations.map(([type, value, isAccepted], index) => {
    const accepts = `[${literal(value)}] extends [${names.get(type)}] ? true : false`;
    return `export const c${index}: ${accepts} = ${isAccepted}; // ${type}`;
  });
  const text = [declare(schemas), ...lines].join("\n");
  writeFileSync(file, text);
  const { stdout } = spawnSync(tsc, [...OPTIONS, file], { encoding: "utf8" });
  const source = text.split("\n");
  const reports = stdout.split("\n").filter((line) => line.includes("error"));
  return reports.map((report) => `${report.replace(file, "")} in ${source[Number(/\((\d+),/.exec(report)?.[1]) - 1]}`);
}
