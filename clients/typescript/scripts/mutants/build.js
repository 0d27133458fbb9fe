// Bundles the tests of the state machine without types, for the runner beside this file. TESTS has other folders.
import { readdirSync } from "node:fs";
import { build } from "esbuild";

const folders = (process.env["TESTS"] ?? "test/machine").split(",");
const files = folders.flatMap((folder) => {
  return readdirSync(folder).filter((name) => name.endsWith(".test.ts")).map((name) => `./${folder}/${name}`);
});

/** The runner provides `test`, which only collects the tests. */
const collectTests = {
  name: "collect tests",
  setup: (plugin) => plugin.onResolve({ filter: /^node:test$/ }, () => ({ path: "test", external: true })),
};

await build({
  stdin: { contents: files.map((file) => `import ${JSON.stringify(file)};`).join("\n"), resolveDir: "." },
  outfile: "build/mutants.cjs",
  bundle: true,
  format: "cjs",
  platform: "node",
  // Otherwise `sideEffects` of package.json would remove the tests.
  ignoreAnnotations: true,
  plugins: [collectTests],
});
