import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** Returns the path from CHROMIUM, or of an installed Chromium. */
export function findChromium(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return process.env["CHROMIUM"] ?? paths.find(existsSync);
}

/** Chromium's sandbox does not work for root, which CI often is. It opens only the page of the test, and resolves no
 * other host. */
export const ARGUMENTS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** Opens the URL in Chromium with a new profile. */
export function openInChromium(program: string, url: string): { end: () => Promise<void> } {
  const profile = mkdtempSync(join(tmpdir(), "tablecast-chromium-"));
  const child = spawn(program, [...ARGUMENTS, `--user-data-dir=${profile}`, url], { stdio: "ignore", detached: true });
  const end = async () => {
    const exited = once(child, "exit");
    // Kill the whole process group. Otherwise other processes still write into the profile.
    process.kill(-child.pid!, "SIGKILL");
    await exited;
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  return { end };
}
