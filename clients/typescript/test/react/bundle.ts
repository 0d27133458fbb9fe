import { build } from "esbuild";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** Bundles a script of this folder for browsers, with React's checks for development such as strict mode. */
export async function bundle(script: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: dirname(fileURLToPath(import.meta.url)) },
    bundle: true,
    format: "iife",
    target: "chrome120",
    define: { "process.env.NODE_ENV": '"development"' },
    write: false,
  });
  return outputFiles[0]!.text;
}
