/** Returns when a JWT expires, in milliseconds since 1970, or `undefined` without `exp`. The server verifies it. */
export function expiry(token: string | undefined): number | undefined {
  try {
    const claims = token?.split(".")[1] ?? "";
    const { exp } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof exp === "number" ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
