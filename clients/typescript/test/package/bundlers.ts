import { join } from "node:path";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import webpack, { type Configuration, type Stats } from "webpack";

type Bundle = (folder: string, entry: string, out: string) => Promise<unknown>;

/** Bundle a file of the folder to `<out>/page.js`, as for production. Warnings are errors. */
export const bundlers: Record<string, Bundle> = {
  esbuild: async (absWorkingDir, entry, outdir) => {
    const options = { bundle: true, format: "esm", minify: true, logLevel: "silent" } as const;
    const { warnings } = await esbuild({ ...options, absWorkingDir, entryPoints: { page: entry }, outdir });
    failOn(warnings.map(({ text }) => text));
  },
  vite: async (root, entry, outDir) => {
    const warnings: string[] = [];
    const onLog = (level: string, { code, message }: { code?: string; message: string }) => {
      // Vite's plugin for React ignores this, too: Next.js needs `"use client"`.
      if (level === "warn" && code !== "MODULE_LEVEL_DIRECTIVE") warnings.push(message);
    };
    const output = { entryFileNames: "page.js" };
    const rolldownOptions = { input: join(root, entry), output, onLog };
    const build = { outDir, modulePreload: false, rolldownOptions } as const;
    await vite({ root, configFile: false, logLevel: "silent", build });
    failOn(warnings);
  },
  webpack: async (context, entry, path) => {
    const output = { path, filename: "page.js" };
    // React alone exceeds the size that webpack recommends.
    const stats = await runWebpack({ context, mode: "production", entry: `./${entry}`, output, performance: false });
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
