// The schemas of this deployment, by event type: `order.placed.v1` is `schemas/order.placed.v1.json`.
import { readFileSync, readdirSync } from "node:fs";

const folder = new URL("../../../schemas/", import.meta.url);

export function schemas() {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json")).sort();
  return files.map((file) => ({
    type: file.slice(0, -".json".length),
    schema: JSON.parse(readFileSync(new URL(file, folder), "utf8")),
  }));
}

/** tablecast's own: what the server says to the client itself. */
export const isControl = (type) => type.startsWith("tablecast.");
