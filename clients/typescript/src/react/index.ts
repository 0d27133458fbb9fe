"use client";

import { createHooks } from "./hooks.js";
import { createCollectionHook } from "./use-collection.js";

export type { ConnectionState } from "./connection-state.js";
export { createHooks, type Hooks } from "./hooks.js";
export type { ProviderProps } from "./provider.js";
export type { CollectionView, Items } from "./collection-view.js";
export {
  createCollectionHook,
  type UseCollection,
  type UseCollectionOptions,
} from "./use-collection.js";
export type { UseEventsOptions } from "./use-events.js";

/** A provider and hooks for events without types. `createHooks<Events>()` returns typed ones. */
export const { TablecastProvider, useClient, useConnectionState, useEvents } = createHooks();

/** A hook for the state of events without types. `createCollectionHook(hooks)` returns a typed one. */
export const useCollection = /* @__PURE__ */ createCollectionHook({ useClient });
