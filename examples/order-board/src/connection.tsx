import { useConnectionState } from "./live.ts";

/** Shows the state of the connection. Without one, also the reason. */
export function Connection() {
  const { state, reason } = useConnectionState();
  return <p role="status" data-state={state}>{state === "waiting" ? `waiting: ${reason}` : state}</p>;
}
