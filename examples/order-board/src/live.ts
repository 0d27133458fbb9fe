import { createHooks } from "tablecast-client/react";
import type { Events } from "./events/events.ts";

/** The hooks with the types of this company's events. */
export const { TablecastProvider, useConnectionState, useEvents } = createHooks<Events>();
