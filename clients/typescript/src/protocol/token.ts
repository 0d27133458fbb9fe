/** When a JWT expires, in milliseconds since 1970; nothing of what does not say it. The server verifies, not we. */
export function expiry(token: string | undefined): number | undefined {
  try {
    const claims = (token ?? "").split(".")[1] ?? "";
    const { exp } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof exp === "number" ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
