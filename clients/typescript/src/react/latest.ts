import { useInsertionEffect, useRef } from "react";

/** A value that each render replaces. */
export interface Latest<T> {
  readonly current: T;
}

/** Returns a stable object with the value of the last render that the page shows. */
export function useLatest<T>(value: T): Latest<T> {
  const ref = useRef(value);
  // Insertion effects run before all other effects, so these see the new value.
  useInsertionEffect(() => {
    ref.current = value;
  });
  return ref;
}
