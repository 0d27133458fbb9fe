"use client";

import { createHooks } from "./hooks.js";

export type { ConnectionState } from "./connection-state.js";
export { createHooks, type Hooks } from "./hooks.js";
export type { ProviderProps } from "./provider.js";
export type { UseEventsOptions } from "./use-events.js";

/** A provider and hooks for events without types. `createHooks<Events>()` returns typed ones. */
export const { TablecastProvider, useClient, useConnectionState, useEvents } = createHooks();
