// The program `tablecast-client`, as the package contains it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { schemaOf, temporaryFolder } from "./folder.js";

const program = fileURLToPath(new URL("../../../dist/bin/tablecast-client.js", import.meta.url));

/** A folder with `schemas/`, in which the program runs. */
class Workspace {
  readonly folder: string;

  constructor(context: TestContext, files: Record<string, object | string>) {
    this.folder = temporaryFolder(context);
    mkdirSync(join(this.folder, "schemas"));
    for (const [name, content] of Object.entries(files)) this.write(name, content);
  }

  write(name: string, content: object | string): void {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    writeFileSync(join(this.folder, "schemas", name), text);
  }

  read(name: string): string {
    return readFileSync(join(this.folder, "events", name), "utf8");
  }

  run(...given: string[]): { code: number | null; output: string; problem: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...given], { cwd: this.folder, encoding: "utf8" });
    return { code: status, output: stdout, problem: stderr };
  }

  generate(...options: string[]): { code: number | null; output: string; problem: string } {
    return this.run("generate", "--schemas", "schemas", "--out", "events", ...options);
  }
}

const placed = schemaOf("order.placed.v1", { description: "An order.", type: "object", properties: { total: { type: "string", minLength: 1 } } });
const HEAD = { $schema: "https://json-schema.org/draft/2020-12/schema", $id: "https://tablecast.example/schemas/order.placed.v1.json" };

test("the program writes types and validators of the company's events only", (context) => {
  const control = schemaOf("tablecast.pong.v1", { type: "object" });
  const workspace = new Workspace(context, { [placed.file]: placed.schema, [control.file]: control.schema, "notes.txt": "" });
  const { code, output } = workspace.generate();
  assert.deepEqual({ code, output }, { code: 0, output: "events has events.ts, validators.js, validators.d.ts: 1 event type\n" });
  assert.deepEqual(readdirSync(join(workspace.folder, "events")).sort(), ["events.ts", "validators.d.ts", "validators.js"]);
  const types = workspace.read("events.ts");
  assert.match(types, /\/\*\* An order. \*\/\nexport interface OrderPlacedV1 \{\n {2}total\?: string;\n\}/);
  assert.match(types, /export interface Events \{\n {2}"order.placed.v1": OrderPlacedV1;\n\}/);
  assert.doesNotMatch(types + workspace.read("validators.js"), /tablecast\.pong/);
});

test("the validators import nothing and evaluate no text", (context) => {
  const all = schemaOf("order.placed.v1", { minLength: 1, format: "hostname", uniqueItems: true, const: { a: 1 }, multipleOf: 0.01 });
  const workspace = new Workspace(context, { [all.file]: all.schema });
  assert.equal(workspace.generate().code, 0);
  assert.doesNotMatch(workspace.read("validators.js"), /\b(?:import|require|eval|Function)\b/);
});

test("--check fails until the files are those of the schemas", (context) => {
  const workspace = new Workspace(context, { [placed.file]: placed.schema });
  const missing = workspace.generate("--check");
  assert.equal(missing.code, 1);
  assert.match(missing.problem, /^events\/events\.ts, events\/validators\.js, events\/validators\.d\.ts: out of date with the schemas\. Run/);
  assert.ok(!existsSync(join(workspace.folder, "events")));
  workspace.generate();
  assert.deepEqual(workspace.generate("--check"), { code: 0, output: "events is up to date: 1 event type\n", problem: "" });
  workspace.write(placed.file, { ...placed.schema, properties: { total: { type: "string", minLength: 2 } } });
  const changed = workspace.generate("--check");
  assert.equal(changed.code, 1);
  assert.match(changed.problem, /^events\/validators\.js: out of date/);
});

test("files that have not changed are not written again", (context) => {
  const workspace = new Workspace(context, { [placed.file]: placed.schema });
  const times = () => ["events.ts", "validators.js"].map((name) => statSync(join(workspace.folder, "events", name), { bigint: true }).mtimeNs);
  workspace.generate();
  const before = times();
  workspace.write(placed.file, { ...placed.schema, description: "Another order." });
  workspace.generate();
  assert.notEqual(times()[0], before[0]);
  assert.equal(times()[1], before[1]);
});

test("a mistake in a schema is reported with file and place", (context) => {
  const mistakes: [name: string, content: object | string, problem: RegExp][] = [
    ["order.placed.v1.json", '{\n  "a": }', /^schemas\/order\.placed\.v1\.json:2: not JSON: unexpected }\n$/],
    ["order.placed.v1.json", '{\n  "a": [1, 2\n', /:3: not JSON: unexpected end of the file\n$/],
    ["order.placed.v1.json", '{"a": 1}\n\n{}', /:3: not JSON: unexpected {\n$/],
    ["order.placed.v1.json", "\n'a'", /:2: not JSON: unexpected "'"\n$/],
    ["order.placed.v1.json", '{"a": "x\n"}', /:1: not JSON: unexpected "\\""\n$/],
    ["order.placed.v1.json", "[]", /^schemas\/order\.placed\.v1\.json: \$schema must be https:/],
    ["Order Placed.json", placed.schema, /^schemas\/Order Placed\.json: the file name must be the event type: lower-case words/],
    ["1st.placed.v1.json", placed.schema, /the file name must be the event type/],
    ["order.placed.v1.json", { ...HEAD, $id: "order.placed.v1.json" }, /\$id must be a URL that ends in \/order\.placed\.v1\.json/],
    ["order.placed.v1.json", { ...HEAD, not: { $ref: "https://example.com/a.json" } }, /v1\.json: \/not\/\$ref: "https:\/\/example\.com\/a\.json" leads to no schema/],
    ["order.placed.v1.json", { ...HEAD, $ref: "../../other/a.v1.json" }, /v1\.json: \/\$ref: "\.\.\/\.\.\/other\/a\.v1\.json" leads to no schema/],
    ["order.placed.v1.json", { ...HEAD, $ref: "#/$defs/a%" }, /"#\/\$defs\/a%" leads to no schema/],
    ["order.placed.v1.json", { ...HEAD, items: { $id: "http://" } }, /v1\.json: \/items\/\$id: not a URL/],
    ["order.placed.v1.json", { ...HEAD, properties: { a: { type: "strin" } } }, /v1\.json: schema is invalid: \/properties\/a\/type must be/],
    ["order.placed.v1.json", { ...HEAD, items: { format: "idn-email" } }, /v1\.json: \/items\/format: unknown format "idn-email"\. Use one of date, /],
    ["order.placed.v1.json", { ...HEAD, pattern: "(" }, /v1\.json: .*regular expression/i],
  ];
  for (const [name, content, problem] of mistakes) {
    const workspace = new Workspace(context, { [name]: content });
    const result = workspace.generate();
    assert.match(result.problem, problem);
    assert.deepEqual([result.code, result.output, existsSync(join(workspace.folder, "events"))], [1, "", false]);
  }
});

test("the mistakes of all files are reported at once", (context) => {
  const { problem } = new Workspace(context, { "a.v1.json": "{", "b.v1.json": "[" }).generate();
  assert.match(problem, /^schemas\/a\.v1\.json:1: .*\nschemas\/b\.v1\.json:1: .*\n$/);
});

test("a folder without schemas is reported", (context) => {
  const workspace = new Workspace(context, {});
  const { code, problem } = workspace.generate();
  assert.deepEqual({ code, problem }, { code: 1, problem: "schemas: no event schema. Expected files such as order.placed.v1.json\n" });
  const other = workspace.run("generate", "--schemas", "nowhere", "--out", "events");
  assert.deepEqual(other, { code: 1, output: "", problem: "nowhere: no such folder. Give --schemas the folder of the event schemas\n" });
  writeFileSync(join(workspace.folder, "file"), "");
  assert.match(workspace.run("generate", "--schemas", "file", "--out", "events").problem, /^file: not a folder\./);
  workspace.write(placed.file, placed.schema);
  const blocked = workspace.run("generate", "--schemas", "schemas", "--out", "file");
  assert.match(blocked.problem, /^file: cannot write: .*Give --out a folder/);
  assert.equal(blocked.code, 1);
});

test("wrong arguments exit with code 2", (context) => {
  const workspace = new Workspace(context, {});
  const wrong: [given: string[], problem: RegExp][] = [
    [[], /^tablecast-client: no command: use `generate`\nRun `tablecast-client --help` for help\.\n$/],
    [["compile"], /unknown command "compile"/],
    [["generate", "--out", "events"], /--schemas DIR is missing/],
    [["generate", "--schemas", "schemas"], /--out DIR is missing/],
    [["generate", "schemas"], /unexpected argument "schemas"/],
    [["generate", "--force"], /'--force'/],
  ];
  for (const [given, problem] of wrong) {
    const result = workspace.run(...given);
    assert.match(result.problem, problem);
    assert.equal(result.code, 2);
  }
});

test("--help and --version print to the standard output", (context) => {
  const workspace = new Workspace(context, {});
  assert.match(workspace.run("generate", "--help").output, /Usage: tablecast-client generate --schemas DIR --out DIR \[--check\]/);
  assert.match(workspace.run("--version").output, /^tablecast-client \d+\.\d+\.\d+\n$/);
});
