// Bundles the program `tablecast-client` to dist/bin. The bundle contains Ajv, so that applications install no
// dependency for a program that only developers run. Also copies the licence, which npm expects beside package.json.
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { build } from "esbuild";

process.chdir(new URL("..", import.meta.url).pathname);

const outfile = "dist/bin/tablecast-client.js";
const { metafile } = await build({
  entryPoints: ["generator/cli.js"], outfile, bundle: true, platform: "node", format: "esm", target: "node20",
  minifySyntax: true, metafile: true, logLevel: "warning",
});

/** The folders of the packages in the bundle. */
const inputs = Object.keys(metafile.inputs).filter((file) => file.startsWith("node_modules/"));
const packages = [...new Set(inputs.map((file) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)[0]))].sort();

function licence(folder) {
  const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  return `${name} ${version}\n\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n`;
}

const title = "The program tablecast-client contains these packages.\n";
writeFileSync(`${dirname(outfile)}/LICENSES.txt`, [title, ...packages.map(licence)].join(`\n${"-".repeat(80)}\n\n`));
copyFileSync("../../LICENSE", "LICENSE");
