// The input and output of a client program: tests/conformance/README.md describes both.
import { createInterface } from "node:readline";
import type { ClientOptions } from "../../src/index.js";
import { Clock } from "./clock.js";
import { clientOptions, type CollectCommand, type Config, type SubscribeCommand } from "./configuration.js";

export interface Command {
  subscribe?: SubscribeCommand;
  unsubscribe?: string;
  hold?: string;
  read?: string;
  wake?: boolean;
  advance?: number;
}

/** Carries out the commands with a client. */
export interface Adapter {
  subscribe(command: SubscribeCommand): void;
  collect?(command: CollectCommand): void;
  unsubscribe(name: string): void;
  hold(name: string): void;
  read(name: string): void;
  close(): unknown;
}

/** Runs the commands of stdin, until `close` or the end of the input. */
export async function runProgram(create: (options: ClientOptions) => Adapter): Promise<never> {
  const network = simulateNetwork();
  const clock = new Clock();
  clock.install();
  const config: Config = JSON.parse(process.argv.at(-1)!);
  const adapter = create(await clientOptions(config));
  for (const subscription of config.subscriptions ?? []) adapter.subscribe(subscription);
  for (const collection of config.collections ?? []) adapter.collect?.(collection);
  for await (const line of createInterface({ input: process.stdin })) {
    const command: Command & { close?: boolean } = JSON.parse(line);
    if (command.close) break;
    if (command.advance) clock.advance(command.advance);
    run(command, adapter, network);
  }
  // An event counts as handled when its line is written. While the reader is slow, that takes a moment.
  await written;
  await nextTurn();
  await adapter.close();
  // The state `closed` comes first.
  await nextTurn();
  await print({ closed: true });
  process.exit(0);
}

function run({ subscribe, unsubscribe, hold, read, wake }: Command, adapter: Adapter, network: EventTarget): void {
  if (subscribe) adapter.subscribe(subscribe);
  if (unsubscribe) adapter.unsubscribe(unsubscribe);
  if (hold) adapter.hold(hold);
  if (read) adapter.read(read);
  if (wake) network.dispatchEvent(new Event("online"));
}

/** The last line. */
let written: Promise<void> = Promise.resolve();

/** Returns when the line has been written. */
export function print(line: object): Promise<void> {
  written = new Promise((resolve) => process.stdout.write(`${JSON.stringify(line)}\n`, () => resolve()));
  return written;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Gives the client the `online` event, as in a browser. */
function simulateNetwork(): EventTarget {
  const network = new EventTarget();
  const addEventListener = network.addEventListener.bind(network);
  const removeEventListener = network.removeEventListener.bind(network);
  Object.assign(globalThis, { addEventListener, removeEventListener });
  return network;
}
