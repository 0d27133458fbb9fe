// The application in a page that the server has rendered.
import { hydrateRoot } from "react-dom/client";
import { type ClientOptions, webStore } from "../../src/index.js";
import { App, type SubscriptionProps } from "./app.js";

declare global {
  /** The test provides it. */
  function report(line: string): void;
}

export interface PageConfig {
  options: ClientOptions;
  subscriptions: SubscriptionProps[];
}

/** Takes over the page. */
export function start(): void {
  const config: PageConfig = JSON.parse(document.getElementById("config")!.textContent!);
  const options: ClientOptions = {
    ...config.options,
    store: webStore(localStorage),
    token: async () => (await fetch("/token")).text(),
  };
  const app = <App {...config} options={options} print={(line) => report(JSON.stringify(line))} />;
  hydrateRoot(document.getElementById("root")!, app, {
    onRecoverableError: (error) => report(JSON.stringify({ error: String(error) })),
  });
}
