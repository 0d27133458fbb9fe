/** Keeps the progress of subscriptions. `load` returns the text that `save` received last for this name. */
export interface Store {
  load(name: string): string | null | undefined | Promise<string | null | undefined>;
  save(name: string, progress: string): void | Promise<void>;
}

/** Keeps progress until the page or process ends. */
export function memoryStore(): Store {
  const saved = new Map<string, string>();
  return {
    load: (name) => saved.get(name),
    save: (name, progress) => void saved.set(name, progress),
  };
}

/** Keeps progress in `localStorage`, over reloads of the page. */
export function webStore(storage: Pick<Storage, "getItem" | "setItem">, prefix = "tablecast:"): Store {
  return {
    load: (name) => storage.getItem(prefix + name),
    save: (name, progress) => storage.setItem(prefix + name, progress),
  };
}
