// A client in any language, as a program: tests/conformance/README.md describes its lines and commands.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { project } from "../local/local-mode.js";

/** A line that the program prints. */
export type Line = { subscription?: string; ready?: true; event?: never; late?: never; state?: string; closed?: true };

export class ClientProgram {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #isClosing = false;

  /** `onEnd` is called if the program ends by itself. */
  constructor(command: string[], config: object, onLine: (line: Line) => void, onEnd: (error: Error) => void) {
    const [program, ...words] = command as [string, ...string[]];
    const stdio: ["pipe", "pipe", "inherit"] = ["pipe", "pipe", "inherit"];
    this.#child = spawn(program, [...words, JSON.stringify(config)], { cwd: project, stdio });
    this.#child.stdin!.on("error", () => {});
    const lines = createInterface({ input: this.#child.stdout! });
    lines.on("line", (line) => onLine(JSON.parse(line)));
    const ended = Promise.all([once(this.#child, "exit"), once(lines, "close")]);
    this.#ended = ended.then(() => this.#isClosing || onEnd(new Error(`${program} has ended`)), onEnd);
  }

  send(command: object): void {
    this.#child.stdin!.write(`${JSON.stringify(command)}\n`);
  }

  /** Closes the client. Returns after its last line. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.send({ close: true });
    await this.#ended;
  }

  kill(): void {
    this.#isClosing = true;
    this.#child.kill("SIGKILL");
  }
}
