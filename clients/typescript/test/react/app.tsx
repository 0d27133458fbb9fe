// An application that prints what the hooks receive. It runs in Chromium, and as a client of the conformance tests.
import { type ReactNode, StrictMode, useEffect, useRef } from "react";
import type { ClientOptions } from "../../src/index.js";
import { TablecastProvider, useConnectionState, useEvents } from "../../src/react/index.js";
import { describe } from "../conformance/describe.js";

/** Returns when the line has been written. */
export type Print = (line: object) => unknown;

export interface SubscriptionProps {
  name: string;
  subjects: string[];
  types?: string[] | null;
  newestOnly?: boolean;
  bookmark?: string;
}

interface AppProps {
  options: ClientOptions;
  subscriptions: readonly SubscriptionProps[];
  print: Print;
  /** Waits while the application of this subscription must not read. */
  pass?: (name: string) => Promise<void>;
}

export function App({ options, subscriptions, print, pass = async () => {} }: AppProps): ReactNode {
  const feeds = subscriptions.map((one) => <Feed key={one.name} {...one} print={print} pass={pass} />);
  return <StrictMode><TablecastProvider options={options}><State print={print} />{feeds}</TablecastProvider></StrictMode>;
}

/** Prints each state once, although strict mode runs the first effect twice. */
function State({ print }: { print: Print }): ReactNode {
  const current = useConnectionState();
  const printed = useRef<object>(null);
  useEffect(() => {
    if (printed.current !== current) void print({ ...current });
    printed.current = current;
  });
  return <p>{current.state}</p>;
}

type FeedProps = SubscriptionProps & Pick<Required<AppProps>, "print" | "pass">;

function Feed({ name, subjects, types, print, pass, ...more }: FeedProps): ReactNode {
  const report = async (line: object) => {
    await pass(name);
    await print({ subscription: name, ...line });
  };
  useEvents([...subjects], {
    ...more,
    name,
    types: types ?? undefined,
    onReady: () => void print({ subscription: name, ready: true }),
    onEvent: (event) => report({ event }),
    onLate: (late) => report({ late }),
    onGap: ({ source, reason }) => report({ gap: { source, reason } }),
    onError: (error) => report(describe(error)),
  });
  return <p>{name}</p>;
}
