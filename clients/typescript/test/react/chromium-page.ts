// Opens pages in a Chromium that the test controls through a pipe (Chrome DevTools Protocol).
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { ARGUMENTS } from "../browser/chromium.js";

interface Reply {
  id?: number;
  sessionId?: string;
  method?: string;
  params?: Parameters;
  result?: unknown;
  error?: { message: string };
}
interface Parameters {
  name?: string;
  payload?: string;
  type?: string;
  args?: { value?: unknown; description?: string }[];
  exceptionDetails?: Exception;
}
interface Exception {
  text: string;
  exception?: { description?: string };
}

/** The functions that a page can call, by name. */
type Functions = Record<string, (text: string) => void>;

export class Chromium {
  readonly #child: ChildProcess;
  readonly #profile = mkdtempSync(join(tmpdir(), "tablecast-react-"));
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #pages = new Map<string, ChromiumPage>();
  #count = 0;

  constructor(program: string) {
    const args = [...ARGUMENTS, "--remote-debugging-pipe", `--user-data-dir=${this.#profile}`];
    this.#child = spawn(program, args, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"], detached: true });
    void this.#read(this.#child.stdio[4] as Readable);
  }

  /** Opens a page in a new tab. It can call the functions. */
  async open(url: string, functions: Functions = {}): Promise<ChromiumPage> {
    const { targetId } = await this.call<{ targetId: string }>("Target.createTarget", { url: "about:blank" });
    const attach = { targetId, flatten: true };
    const { sessionId } = await this.call<{ sessionId: string }>("Target.attachToTarget", attach);
    const page = new ChromiumPage((method, params) => this.call(method, params, sessionId), functions);
    this.#pages.set(sessionId, page);
    for (const domain of ["Runtime", "Page"]) await this.call(`${domain}.enable`, {}, sessionId);
    for (const name of Object.keys(functions)) await this.call("Runtime.addBinding", { name }, sessionId);
    await this.call("Page.navigate", { url }, sessionId);
    return page;
  }

  /** Calls a method of the protocol. */
  async call<Result>(method: string, params: object, sessionId?: string): Promise<Result> {
    const id = ++this.#count;
    (this.#child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await new Promise<Reply>((resolve) => this.#waiting.set(id, resolve));
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as Result;
  }

  async end(): Promise<void> {
    const exited = once(this.#child, "exit");
    // Kill the whole process group. Otherwise other processes still write into the profile.
    process.kill(-this.#child.pid!, "SIGKILL");
    await exited;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }

  async #read(output: Readable): Promise<void> {
    let rest = "";
    for await (const chunk of output.setEncoding("utf8")) {
      const parts = `${rest}${chunk}`.split("\0");
      rest = parts.pop()!;
      for (const part of parts) this.#received(JSON.parse(part));
    }
  }

  #received(reply: Reply): void {
    if (reply.id === undefined) return this.#pages.get(reply.sessionId ?? "")?.notified(reply);
    this.#waiting.get(reply.id)?.(reply);
    this.#waiting.delete(reply.id);
  }
}

export class ChromiumPage {
  /** Errors and warnings on the console, and uncaught errors. */
  readonly problems: string[] = [];

  constructor(
    private readonly call: (method: string, params: object) => Promise<unknown>,
    private readonly functions: Functions,
  ) {}

  /** Returns the value of an expression in the page. Waits for a promise. */
  async evaluate<T>(expression: string): Promise<T> {
    const params = { expression, awaitPromise: true, returnByValue: true };
    const reply = await this.call("Runtime.evaluate", params);
    const { result, exceptionDetails } = reply as { result: { value: T }; exceptionDetails?: Exception };
    if (exceptionDetails) throw new Error(textOf(exceptionDetails));
    return result.value;
  }

  async reload(): Promise<void> {
    await this.call("Page.reload", {});
  }

  notified({ method, params = {} }: Reply): void {
    const { type = "", args = [], exceptionDetails, name = "", payload = "" } = params;
    if (method === "Runtime.bindingCalled") this.functions[name]?.(payload);
    if (exceptionDetails) this.problems.push(textOf(exceptionDetails));
    const isProblem = method === "Runtime.consoleAPICalled" && ["error", "warning"].includes(type);
    if (isProblem) this.problems.push(args.map(({ value, description }) => value ?? description).join(" "));
  }
}

function textOf({ text, exception }: Exception): string {
  return exception?.description ?? text;
}
