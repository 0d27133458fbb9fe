import { join } from "node:path";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import webpack, { type Configuration, type Stats } from "webpack";

type Bundle = (folder: string, out: string) => Promise<unknown>;

/** Bundle `page.js` of the folder to `<out>/page.js`, as for production. Warnings are errors. */
export const bundlers: Record<string, Bundle> = {
  esbuild: async (folder, out) => {
    const options = { bundle: true, format: "esm", minify: true, logLevel: "silent" } as const;
    const { warnings } = await esbuild({ ...options, absWorkingDir: folder, entryPoints: ["page.js"], outdir: out });
    failOn(warnings.map(({ text }) => text));
  },
  vite: async (root, outDir) => {
    const warnings: string[] = [];
    const onLog = (level: string, { message }: { message: string }) => void (level === "warn" && warnings.push(message));
    const output = { entryFileNames: "page.js" };
    const rolldownOptions = { input: join(root, "page.js"), output, onLog };
    const build = { outDir, modulePreload: false, rolldownOptions } as const;
    await vite({ root, configFile: false, logLevel: "silent", build });
    failOn(warnings);
  },
  webpack: async (context, path) => {
    const stats = await runWebpack({ context, mode: "production", entry: "./page.js", output: { path, filename: "page.js" } });
    const { errors = [], warnings = [] } = stats?.toJson({ all: false, errors: true, warnings: true }) ?? {};
    failOn([...errors, ...warnings].map(({ message }) => message));
  },
};

function runWebpack(options: Configuration): Promise<Stats | undefined> {
  return new Promise((resolve, reject) => webpack(options, (error, stats) => (error ? reject(error) : resolve(stats))));
}

function failOn(messages: string[]): void {
  if (messages.length > 0) throw new Error(messages.join("\n"));
}
