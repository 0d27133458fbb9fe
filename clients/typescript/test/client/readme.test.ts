import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { project } from "../local/local-mode.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const OPTIONS = ["--ignoreConfig", "--noEmit", "--strict", "--pretty", "false", "--jsx", "react-jsx", "--lib", "ES2022,DOM,DOM.Iterable"];
const MODULES = ["--target", "ES2022", "--module", "NodeNext", "--types", "", "--skipLibCheck"];

/** The heading of other services' clients. */
const OTHERS = "\n## Other services";

/** The names that the examples use, and do not declare. */
const NAMES = `
import type { CloudEvent, Client, Gap, Received, Subscription } from "tablecast-client";
import type { Events as Generated } from "./events/events.js";
import type * as React from "react";
declare global {
  type Events = Generated;
  type Order = Events["order.placed.v1"];
  const useState: typeof React.useState;
  const client: Client<Events>, orders: Subscription<Received<Events>>, item: Received<Events> | Gap;
  const url: string, bookmark: string, getToken: () => Promise<string>, token: () => string;
  function show(...values: unknown[]): void;
  function save(event: CloudEvent): Promise<void>;
  function draw(event: CloudEvent): void;
  function report(error: Error): void;
  function refetch(source: string, reason?: string): Promise<void>;
  function refetchOrder(subject: string): void;
  function add(id: string, total: string): void;
  function remove(id: string): void;
  function fetchOrders(signal?: AbortSignal): Promise<Order[]>;
  function apply(orders: Order[], event: Received<Events>): Order[];
  function Table(properties: { orders: Order[]; notice: string | false }): null;
}
`;

/** Returns the example as a module. */
function moduleOf(example: string): string {
  const isImport = (line: string) => line.startsWith("import ");
  const lines = example.split("\n").map((line) => line.replace(/^export /, ""));
  const body = lines.filter((line) => !isImport(line)).join("\n");
  return `${lines.filter(isImport).join("\n")}\nexport async function example() {\n${body}\n}\n`;
}

/** Returns the examples of a page, up to a heading. */
function examplesOf(page: string, end = "\0"): string[] {
  const [text = ""] = readFileSync(page, "utf8").split(end);
  return [...text.matchAll(/^```tsx?\n(.*?)^```/gms)].map(([, example]) => example!);
}

test("the examples of the documentation compile", (context) => {
  const folder = mkdtempSync(join(root, "build/readme-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const examples = [...examplesOf(join(root, "README.md")), ...examplesOf(join(project, "docs/guides/clients-compared.md"), OTHERS)];
  assert.ok(examples.length >= 10, `${examples.length} examples`);
  cpSync(join(root, "test/events"), join(folder, "events"), { recursive: true });
  writeFileSync(join(folder, "names.d.ts"), NAMES);
  const files = examples.map((example, number) => {
    writeFileSync(join(folder, `example-${number}.tsx`), moduleOf(example));
    return `example-${number}.tsx`;
  });
  const { stdout } = spawnSync(join(root, "node_modules/.bin/tsc"), [...OPTIONS, ...MODULES, "names.d.ts", ...files], { cwd: folder });
  assert.equal(String(stdout), "");
});
