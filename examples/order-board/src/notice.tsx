import type { CollectionView } from "tablecast-client/react";

const TEXTS = { loading: "Loading the orders", stale: "Loading the orders again: some changes were missed" };

/** Shows why the list may differ from the table. */
export function Notice({ status, missing, error }: Omit<CollectionView<unknown>, "items">) {
  if (error) return <p role="alert">{error.message}</p>;
  if (missing.size > 0) return <p role="alert">Not shown: {[...missing].map(([subject, reason]) => `${subject} (${reason})`).join(", ")}</p>;
  return status === "loading" || status === "stale" ? <p role="alert">{TEXTS[status]}</p> : null;
}
