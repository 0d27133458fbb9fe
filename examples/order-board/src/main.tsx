import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Board } from "./board.tsx";
import "./board.css";
import { validate } from "./events/validators.js";
import { TablecastProvider } from "./live.ts";

const tenant = new URLSearchParams(location.search).get("tenant") ?? "acme";
const url = import.meta.env.VITE_TABLECAST_URL ?? "ws://127.0.0.1:8787";

async function token(): Promise<string> {
  const response = await fetch(`/api/token?tenant=${encodeURIComponent(tenant)}`);
  if (!response.ok) throw new Error(`no token: ${await response.text()}`);
  return response.json();
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <TablecastProvider options={{ url, token, validate }}>
      <Board tenant={tenant} />
    </TablecastProvider>
  </StrictMode>,
);
