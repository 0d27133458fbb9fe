// The rules of the hooks, each as a function that runs in a page of Chromium. Effects need a DOM.
import { Component, type ReactNode, StrictMode, useLayoutEffect, useState } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { createClient, memoryStore } from "../../src/index.js";
import { createHooks, TablecastProvider, useClient, useConnectionState, useEvents } from "../../src/react/index.js";
import { Gateway } from "./gateway.js";

export const rules: Record<string, (stage: Stage) => Promise<void>> = {};

/** Places components in the page, in strict mode. */
export class Stage {
  readonly gateway = new Gateway();
  readonly element = document.body.appendChild(document.createElement("main"));
  /** The events, gaps and other calls that the components received. */
  readonly seen: string[] = [];
  readonly #root = createRoot(this.element, { onCaughtError: () => {} });

  /** Renders the children below a provider that makes its client. */
  render(children: ReactNode): void {
    this.renderRoot(<TablecastProvider options={this.gateway.options}>{children}</TablecastProvider>);
  }

  renderRoot(node: ReactNode): void {
    this.#root.render(<StrictMode>{node}</StrictMode>);
  }

  unmount(): void {
    this.#root.unmount();
  }

  get text(): string {
    return this.element.textContent ?? "";
  }

  /** Waits until the gateway has confirmed so many subscribes, and the client knows. */
  async subscribed(count: number): Promise<void> {
    await until(`${count} subscribes`, () => this.gateway.actions("subscribe").length === count);
    await pause();
  }

  async saw(...expected: string[]): Promise<void> {
    await until(`seen ${expected}`, () => this.seen.length >= expected.length);
    await pause();
    equal(this.seen, expected);
  }
}

interface FeedProps {
  stage: Stage;
  subjects: string | string[];
  types?: string[];
  label?: string;
}

/** Calls `seen` for each event and gap. */
function Feed({ stage, subjects, types, label = "" }: FeedProps) {
  useEvents(subjects, {
    types,
    onEvent: ({ id }) => stage.seen.push(`${label}${id}`),
    onGap: ({ source, reason }) => stage.seen.push(`${label}gap ${source} ${reason}`),
    onError: (error) => stage.seen.push(`${label}error ${(error as Error).message}`),
  });
  return <i>{label}</i>;
}

class Boundary extends Component<{ children: ReactNode }> {
  override state = { message: "" };
  static getDerivedStateFromError({ message }: Error) {
    return { message };
  }
  override render() {
    return this.state.message ? <b>caught: {this.state.message}</b> : this.props.children;
  }
}

rules["strict mode makes one client and one subscription"] = async (stage) => {
  stage.render(<Feed stage={stage} subjects="orders/1" />);
  await stage.subscribed(1);
  const id = stage.gateway.send("orders/1");
  await stage.saw(id);
  equal(stage.gateway.subjects, ["orders/1"]);
  equal([stage.gateway.connections, stage.gateway.tokens], [1, 1]);
};

rules["two components with one subject receive each event, and the server has it once"] = async (stage) => {
  stage.render([<Feed key="a" stage={stage} subjects="orders/1" label="a " />]);
  await stage.subscribed(1);
  stage.render([
    <Feed key="a" stage={stage} subjects="orders/1" label="a " />,
    <Feed key="b" stage={stage} subjects="orders/1" label="b " />,
  ]);
  await stage.subscribed(2);
  const id = stage.gateway.send("orders/1");
  await stage.saw(`a ${id}`, `b ${id}`);
  equal([...new Set(stage.gateway.subjects)], ["orders/1"]);
  stage.render([<Feed key="b" stage={stage} subjects="orders/1" label="b " />]);
  await pause();
  await stage.saw(`a ${id}`, `b ${id}`);
  const next = stage.gateway.send("orders/1");
  await stage.saw(`a ${id}`, `b ${id}`, `b ${next}`);
};

rules["equal subjects and new callbacks do not subscribe again"] = async (stage) => {
  const Inline = ({ round }: { round: number }) => {
    useEvents(round % 2 ? ["orders/1", "orders/2"] : ["orders/2", "orders/1", "orders/1"], {
      types: [...["a.b", "c.d"]],
      onEvent: ({ id }) => stage.seen.push(`${round}: ${id}`),
    });
    return null;
  };
  for (let round = 1; round <= 5; round++) {
    stage.render(<Inline round={round} />);
    await pause();
  }
  await stage.subscribed(1);
  equal([stage.gateway.actions("unsubscribe").length, stage.gateway.connections], [0, 1]);
};

rules["the newest callback receives the event"] = async (stage) => {
  const Inline = ({ round }: { round: number }) => {
    useEvents("orders/1", { onEvent: () => stage.seen.push(`round ${round}`) });
    return null;
  };
  stage.render(<Inline round={1} />);
  await stage.subscribed(1);
  stage.render(<Inline round={2} />);
  await pause();
  stage.gateway.send("orders/1");
  await stage.saw("round 2");
};

rules["changed subjects replace the subscription"] = async (stage) => {
  stage.render(<Feed stage={stage} subjects={["orders/1"]} />);
  await stage.subscribed(1);
  stage.render(<Feed stage={stage} subjects={["orders/2"]} />);
  await stage.subscribed(2);
  equal(stage.gateway.subjects, ["orders/2"]);
  stage.gateway.send("orders/1");
  await stage.saw(stage.gateway.send("orders/2"));
};

rules["an event of the subjects before does not reach a callback for other subjects"] = async (stage) => {
  const Sender = ({ subject }: { subject: string }) => {
    useEvents(subject, { onEvent: (event) => stage.seen.push(`${subject} received ${event.subject}`) });
    // Runs before the effect that ends the subscription to the subject before.
    useLayoutEffect(() => {
      if (subject === "orders/2") stage.gateway.send("orders/1");
    }, [subject]);
    return null;
  };
  stage.render(<Sender subject="orders/1" />);
  await stage.subscribed(1);
  stage.render(<Sender subject="orders/2" />);
  await stage.subscribed(2);
  equal(stage.seen, []);
};

rules["no subjects or types are no subscription"] = async (stage) => {
  stage.render(<><Feed stage={stage} subjects={[]} /><Feed stage={stage} subjects="orders/1" types={[]} /></>);
  await until("connected", () => stage.gateway.connections === 1);
  await pause();
  equal(stage.gateway.actions("subscribe"), []);
};

rules["an unmount during a pending subscribe ends it without a call"] = async (stage) => {
  stage.gateway.isSlow = true;
  stage.render(<Feed stage={stage} subjects="orders/1" />);
  await stage.subscribed(1);
  stage.render(null);
  await pause();
  stage.gateway.confirm();
  await until("unsubscribed", () => stage.gateway.subjects.length === 0);
  stage.gateway.send("orders/1");
  await pause();
  equal(stage.seen, []);
};

rules["an unmount while a callback runs leaves the next events out"] = async (stage) => {
  let finish = () => {};
  const Slow = () => {
    useEvents("orders/1", {
      onEvent: ({ id }) => new Promise<void>((resolve) => (finish = resolve, stage.seen.push(id))),
    });
    return null;
  };
  stage.render(<Slow />);
  await stage.subscribed(1);
  const id = stage.gateway.send("orders/1");
  stage.gateway.send("orders/1");
  await stage.saw(id);
  stage.render(null);
  await pause();
  finish();
  await pause();
  equal(stage.seen, [id]);
};

rules["events wait for the promise of onReady"] = async (stage) => {
  let finish = () => {};
  const Loading = () => {
    useEvents("orders/1", {
      onReady: () => new Promise<void>((resolve) => (finish = resolve, stage.seen.push("loading"))),
      onEvent: ({ id }) => stage.seen.push(id),
    });
    return null;
  };
  stage.render(<Loading />);
  await stage.subscribed(1);
  const id = stage.gateway.send("orders/1");
  await stage.saw("loading");
  finish();
  await stage.saw("loading", id);
};

rules["a failed onReady is an error, and events follow"] = async (stage) => {
  const Failing = () => {
    useEvents("orders/1", {
      onReady: () => Promise.reject(new Error("the API is down")),
      onEvent: ({ id }) => stage.seen.push(id),
      onError: (error) => stage.seen.push((error as Error).message),
    });
    return null;
  };
  stage.render(<Failing />);
  await stage.subscribed(1);
  const id = stage.gateway.send("orders/1");
  await stage.saw("the API is down", id);
};

rules["a callback that throws is reported, and events follow"] = async (stage) => {
  const stop = onWindowError((message) => stage.seen.push(message));
  const Failing = () => {
    useEvents("orders/1", {
      onEvent: ({ id }) => {
        stage.seen.push(id);
        throw new Error(`cannot show ${id}`);
      },
    });
    return null;
  };
  stage.render(<Failing />);
  await stage.subscribed(1);
  const [id, next] = [stage.gateway.send("orders/1"), stage.gateway.send("orders/1")];
  await stage.saw(id, `cannot show ${id}`, next, `cannot show ${next}`);
  stop();
};

rules["a refused subject calls onError"] = async (stage) => {
  stage.gateway.refuses = true;
  stage.render(<Feed stage={stage} subjects="orders/1" />);
  await stage.saw("error the server refused the subscription to orders/1: not-granted");
};

rules["an event that waits for onReady arrives again after an unmount"] = async (stage) => {
  const client = createClient({ ...stage.gateway.options, store: memoryStore() });
  const Loading = ({ isSlow }: { isSlow: boolean }) => {
    useEvents("orders/1", {
      onReady: (signal) => (stage.seen.push("ready"), isSlow ? untilAborted(signal) : undefined),
      onEvent: ({ id }) => stage.seen.push(`${isSlow}: ${id}`),
    });
    return null;
  };
  const render = (node: ReactNode) => stage.renderRoot(<TablecastProvider client={client}>{node}</TablecastProvider>);
  render(<Loading isSlow={false} />);
  await stage.subscribed(1);
  const first = `false: ${stage.gateway.send("orders/1")}`;
  await stage.saw("ready", first);
  render(<Loading isSlow key="slow" />);
  await stage.saw("ready", first, "ready");
  const second = `false: ${stage.gateway.send("orders/1")}`;
  await pause();
  render(null);
  await pause();
  render(<Loading isSlow={false} />);
  await stage.saw("ready", first, "ready", "ready", second);
  client.close();
};

rules["hooks of two createHooks use their own providers"] = async (stage) => {
  const other = createHooks();
  const Both = () => {
    useEvents("orders/1", { onEvent: () => stage.seen.push("outer") });
    other.useEvents("orders/1", { onEvent: () => stage.seen.push("inner") });
    return null;
  };
  const second = new Gateway();
  stage.render(<other.TablecastProvider options={second.options}><Both /></other.TablecastProvider>);
  await until("subscribed", () => [stage.gateway, second].every(({ subjects }) => subjects.length === 1));
  await pause();
  second.send("orders/1");
  await stage.saw("inner");
  stage.gateway.send("orders/1");
  await stage.saw("inner", "outer");
};

rules["the signal aborts when the subjects change"] = async (stage) => {
  const Loading = ({ subject }: { subject: string }) => {
    useEvents(subject, {
      onReady: (signal) => signal.addEventListener("abort", () => stage.seen.push(`aborted ${subject}`)),
    });
    return null;
  };
  stage.render(<Loading subject="orders/1" />);
  await stage.subscribed(1);
  stage.render(<Loading subject="orders/2" />);
  await stage.saw("aborted orders/1");
};

rules["a gap calls onGap, and trips no error boundary"] = async (stage) => {
  stage.render(<Boundary><Feed stage={stage} subjects="orders/*" label="feed " /></Boundary>);
  await stage.subscribed(1);
  stage.gateway.send("orders/1");
  await until("seen", () => stage.seen.length === 1);
  stage.gateway.loses = true;
  stage.gateway.cut();
  await until("a gap", () => stage.seen.length === 2);
  equal(stage.seen[1], "feed gap tablecast/orders trimmed");
  equal(stage.text, "feed ");
};

rules["a gap without onGap is a warning on the console"] = async (stage) => {
  const warnings: string[] = [];
  const { warn } = console;
  console.warn = (text: string) => warnings.push(text);
  const Careless = () => (useEvents("orders/*", { onEvent: ({ id }) => stage.seen.push(id) }), <Connection stage={stage} />);
  stage.render(<Careless />);
  await stage.subscribed(1);
  stage.gateway.send("orders/1");
  await until("seen", () => stage.seen.includes("orders/1 1"));
  stage.gateway.loses = true;
  stage.gateway.cut();
  await until("a warning", () => warnings.length > 0);
  console.warn = warn;
  equal(warnings.length, 1);
  equal(warnings[0]!.includes("events of tablecast/orders may be missing (trimmed)"), true);
};

function Connection({ stage, label = "" }: { stage: Stage; label?: string }) {
  const { state, reason } = useConnectionState();
  if (state === "waiting") stage.seen.push(`${label}waiting`);
  return <i>{`${label}${state}: ${reason};`}</i>;
}

rules["a component that mounts later shows the state and its reason"] = async (stage) => {
  stage.gateway.isDown = true;
  stage.render(null);
  await pause();
  await until("a failed attempt", () => stage.gateway.connections > 0);
  await pause();
  stage.render([<Connection key="a" stage={stage} label="a " />, <Connection key="b" stage={stage} label="b " />]);
  await until("shown", () => /a waiting: .*did not open.*b waiting: .*did not open/.test(stage.text));
  stage.gateway.isDown = false;
  dispatchEvent(new Event("online"));
  await until("live", () => /a live.*b live/.test(stage.text));
};

rules["an unmount closes the connection of a provider that made it"] = async (stage) => {
  stage.render(<Feed stage={stage} subjects="orders/1" />);
  await stage.subscribed(1);
  stage.unmount();
  await until("closed", () => stage.gateway.open.length === 0);
  await pause();
  equal([stage.gateway.connections, stage.seen], [1, []]);
};

rules["a provider leaves the client of the application open"] = async (stage) => {
  const client = createClient(stage.gateway.options);
  const clients: unknown[] = [];
  const Reader = () => (clients.push(useClient()), null);
  stage.renderRoot(<TablecastProvider client={client}><Reader /><Feed stage={stage} subjects="orders/1" /></TablecastProvider>);
  await stage.subscribed(1);
  equal(clients.every((one) => one === client), true);
  stage.unmount();
  await until("unsubscribed", () => stage.gateway.subjects.length === 0);
  equal([client.state, stage.gateway.open.length], ["live", 1]);
  client.close();
};

rules["another url makes another client"] = async (stage) => {
  const at = (url: string) => (
    <TablecastProvider options={{ ...stage.gateway.options, url }}><Feed stage={stage} subjects="orders/1" /></TablecastProvider>
  );
  stage.renderRoot(at("ws://one.test"));
  await stage.subscribed(1);
  stage.renderRoot(at("ws://other.test"));
  await stage.subscribed(2);
  equal([stage.gateway.connections, stage.gateway.open.length], [2, 1]);
  await stage.saw(stage.gateway.send("orders/1"));
};

rules["the newest token function is called"] = async (stage) => {
  const at = (token: string) => (
    <TablecastProvider options={{ ...stage.gateway.options, token: () => (stage.seen.push(token), token) }}>{null}</TablecastProvider>
  );
  stage.renderRoot(at("first"));
  await stage.saw("first");
  stage.renderRoot(at("second"));
  await pause();
  stage.gateway.cut();
  await stage.saw("first", "second");
  equal(stage.gateway.connections, 2);
};

rules["a token function that a later render adds is called"] = async (stage) => {
  const { url, WebSocket } = stage.gateway.options;
  const token = () => (stage.seen.push("token"), "token");
  stage.renderRoot(<TablecastProvider options={{ url, WebSocket }}>{null}</TablecastProvider>);
  await until("a connection", () => stage.gateway.connections === 1);
  stage.renderRoot(<TablecastProvider options={{ url, WebSocket, token }}>{null}</TablecastProvider>);
  await pause();
  stage.gateway.cut();
  await stage.saw("token");
};

rules["a wrong url reaches the error boundary"] = async (stage) => {
  stage.renderRoot(<Boundary><TablecastProvider options={{ url: "example.test" }}>fine</TablecastProvider></Boundary>);
  await until("caught", () => stage.text.startsWith("caught: "));
  equal(stage.text.includes("url"), true);
};

rules["a hook without a provider explains what to do"] = async (stage) => {
  stage.renderRoot(<Boundary><Feed stage={stage} subjects="orders/1" /></Boundary>);
  await until("caught", () => stage.text.startsWith("caught: "));
  equal(stage.text.includes("TablecastProvider"), true);
};

rules["the page of the server hydrates without a mismatch"] = async (stage) => {
  const Page = () => {
    const [round, setRound] = useState(0);
    useEvents("orders/1", { onEvent: () => setRound((one) => one + 1) });
    return <p>{`${useConnectionState().state} ${useClient() === null} ${round}`}</p>;
  };
  const app = (
    <StrictMode><TablecastProvider options={stage.gateway.options}><Page /></TablecastProvider></StrictMode>
  );
  const container = document.body.appendChild(document.createElement("section"));
  container.innerHTML = renderToString(app);
  equal(container.textContent, "connecting true 0");
  equal(stage.gateway.connections, 0);
  const root = hydrateRoot(container, app, { onRecoverableError: (error) => stage.seen.push(String(error)) });
  await stage.subscribed(1);
  stage.gateway.send("orders/1");
  await until("live", () => container.textContent === "live false 1");
  equal(stage.seen, []);
  root.unmount();
};

/** Fails when the signal aborts, as `fetch` does. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

/** Receives the errors that nothing catches, so that the console does not show them. */
function onWindowError(report: (message: string) => void): () => void {
  const listener = (event: ErrorEvent) => {
    event.preventDefault();
    report(event.error.message);
  };
  addEventListener("error", listener);
  return () => removeEventListener("error", listener);
}

/** Lets React render, and the client handle what arrived. */
export function pause(time = 30): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}

export async function until(name: string, condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn++) {
    if (turn === 4000) throw new Error(`not ${name}`);
    await pause(5);
  }
}

export function equal(actual: unknown, expected: unknown): void {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${one} is not ${other}`);
}

/** Runs a rule in an empty page. Returns why it failed. */
export async function run(name: string): Promise<string> {
  const stage = new Stage();
  try {
    await rules[name]!(stage);
    return "";
  } catch (error) {
    return `${error instanceof Error ? error.stack : error}; seen: ${stage.seen}`;
  } finally {
    stage.unmount();
  }
}
