// A test runner of Stryker that runs tests in its own process: a Node process for each mutant would take a second.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Script } from "node:vm";

const BUNDLE = "build/mutants.cjs";

/** `TestStatus` of Stryker. */
const [SUCCESS, FAILED] = [0, 1];

class InProcessRunner {
  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const code = readFileSync(BUNDLE, "utf8");
    this.script = new Script(`(function (require, exports, module) {${code}\n})`, { filename: BUNDLE });
  }

  async dryRun() {
    const stryker = (globalThis.__stryker__ = { mutantCoverage: { static: {}, perTest: {} } });
    const tests = await this.#run(() => true);
    return { status: "complete", tests, mutantCoverage: stryker.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    const stryker = (globalThis.__stryker__ = { activeMutant: activeMutant.id, hitCount: 0, hitLimit });
    const results = await this.#run((id) => !testFilter || testFilter.includes(id), true);
    const nrOfTests = results.length;
    if (stryker.hitCount > hitLimit) return { status: "timeout", reason: `${hitLimit} hits` };
    const failed = results.find(({ status }) => status === FAILED);
    if (!failed) return { status: "survived", nrOfTests };
    return { status: "killed", nrOfTests, killedBy: [failed.id], failureMessage: failed.failureMessage };
  }

  /** Loads the bundle for each mutant, because a mutant can be in a constant. */
  async #run(isWanted, bail = false) {
    const results = [];
    try {
      for (const { id, run } of this.#load().filter(({ id }) => isWanted(id))) {
        results.push(await this.#runTest(id, run));
        if (bail && results.at(-1).status === FAILED) break;
      }
    } catch (error) {
      results.push(result("load", 0, error));
    }
    return results;
  }

  /** Returns the tests of the bundle. */
  #load() {
    const tests = [];
    const test = (name, run) => tests.push({ id: `${tests.length} ${name}`, run });
    const require = createRequire(import.meta.url);
    this.script.runInThisContext()((name) => (name === "test" ? { test } : require(name)), {}, {});
    return tests;
  }

  async #runTest(id, run) {
    globalThis.__stryker__.currentTestId = id;
    const start = performance.now();
    try {
      await run();
      return result(id, start);
    } catch (error) {
      return result(id, start, error);
    } finally {
      globalThis.__stryker__.currentTestId = undefined;
    }
  }
}

function result(id, start, error) {
  const timeSpentMs = performance.now() - start;
  if (error === undefined) return { id, name: id, timeSpentMs, status: SUCCESS };
  return { id, name: id, timeSpentMs, status: FAILED, failureMessage: String(error) };
}

export const strykerPlugins = [{ kind: "TestRunner", name: "in-process", injectableClass: InProcessRunner }];
