import { createCollectionHook, createHooks } from "tablecast-client/react";
import type { Events } from "./events/events.ts";

/** The hooks with the types of this company's events. */
const hooks = createHooks<Events>();

export const { TablecastProvider, useConnectionState } = hooks;
export const useCollection = createCollectionHook(hooks);
