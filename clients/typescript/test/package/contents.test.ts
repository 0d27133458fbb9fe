import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Application, packageFolder } from "./application.js";

const sources = readdirSync(join(packageFolder, "src"), { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
const compiled = sources.flatMap((file) => [".js", ".d.ts"].map((end) => `dist/${file.replace(/\.tsx?$/, end)}`));
const OTHERS = ["LICENSE", "README.md", "package.json", "dist/bin/LICENSES.txt", "dist/bin/tablecast-client.js"];
const RESOLUTIONS = [["bundler", "preserve"], ["node16", "node16"]] as const;

test("an application installs the packed client", { timeout: 180_000 }, async (context) => {
  const application = new Application(context);

  await context.test("the package has our sources, the program and no example event", () => {
    assert.deepEqual(application.packed, [...compiled, ...OTHERS].sort());
    const folder = join(application.folder, "node_modules/tablecast-client");
    for (const file of compiled) assert.doesNotMatch(readFileSync(join(folder, file), "utf8"), /(?:Order|Profile)\w+V1/, file);
    assert.deepEqual(application.installed, ["tablecast-client"]);
  });

  await context.test("the types resolve for bundlers and for Node", () => {
    assert.equal(application.generate(), "events has events.ts, validators.js, validators.d.ts: 6 event types\n");
    application.addSources();
    application.link("react", "@types/react");
    for (const [resolution, module] of RESOLUTIONS) {
      const options = ["--moduleResolution", resolution, "--module", module, "--target", "es2022", "--strict", "--types", "", "--jsx", "react-jsx"];
      assert.equal(application.typeCheck(...options, "typed.ts", "typed-react.tsx"), "", resolution);
    }
  });

  await context.test("the types need no types of the DOM", () => {
    application.link("@types/node", "undici-types");
    const options = ["--module", "node16", "--target", "es2022", "--lib", "es2022", "--strict", "--types", "node"];
    assert.equal(application.typeCheck(...options, "typed.ts"), "");
  });
});
