// A page loads only the code of what it imports.
import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";
import { packageFolder } from "./application.js";

const STORE = ["dist/machine/least-progress.js", "dist/progress-saver.js", "dist/progress-savers.js", "dist/stores.js"];
const COLLECTION = ["dist/collection.js", "dist/machine/collection-state.js", "dist/machine/items.js", "dist/machine/snapshot-load.js"];

/** Returns the files of the package whose code is in a bundle for browsers. */
async function loaded(names: string): Promise<string[]> {
  const stdin = { contents: `export { ${names} } from "./dist/index.js"`, resolveDir: packageFolder };
  const { metafile } = await build({ stdin, absWorkingDir: packageFolder, bundle: true, format: "esm", write: false, metafile: true });
  const [bundle] = Object.values(metafile.outputs);
  return Object.entries(bundle!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file);
}

test("a page without a store and collections loads the code of neither", async () => {
  const files = await loaded("createClient");
  assert.deepEqual(files.filter((file) => [...STORE, ...COLLECTION].includes(file)), []);
});

test("a page with both loads the code of both", async () => {
  const files = await loaded("createClient, collection, webStore");
  assert.deepEqual([...STORE, ...COLLECTION].filter((file) => !files.includes(file)), []);
});

test("a bundle for browsers does not look for the package ws", async () => {
  const files = (await loaded("createClient")).filter((file) => file.endsWith("web-socket.js"));
  assert.deepEqual(files, ["dist/browser/web-socket.js"]);
});
