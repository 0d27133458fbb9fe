import { ProgressSavers } from "./progress-savers.js";

/** Keeps texts by name. `load` returns the text that `save` received last for this name. */
export interface StoreCallbacks {
  load(name: string): string | null | undefined | Promise<string | null | undefined>;
  save(name: string, progress: string): void | Promise<void>;
}

/** Keeps the progress of subscriptions. Only an application with a store loads the code that saves. */
export class Store {
  constructor(private readonly callbacks: StoreCallbacks) {}

  /** @internal Returns the savers of one client. */
  savers(): ProgressSavers {
    return new ProgressSavers(this.callbacks);
  }
}

/** Keeps progress where you put it. */
export function createStore(callbacks: StoreCallbacks): Store {
  return new Store(callbacks);
}

/** Keeps progress until the page or process ends. */
export function memoryStore(): Store {
  const saved = new Map<string, string>();
  return createStore({
    load: (name) => saved.get(name),
    save: (name, progress) => void saved.set(name, progress),
  });
}

/** The part of `localStorage` that a store needs. Programs without the types of the DOM have no `Storage`. */
export interface WebStorage {
  getItem(name: string): string | null;
  setItem(name: string, text: string): void;
}

/** Keeps progress in `localStorage`, over reloads of the page. */
export function webStore(storage: WebStorage, prefix = "tablecast:"): Store {
  return createStore({
    load: (name) => storage.getItem(prefix + name),
    save: (name, progress) => storage.setItem(prefix + name, progress),
  });
}
