import { createElement, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { TablecastProvider, useConnectionState, useEvents } from "tablecast-client/react";
import { validate } from "./events/validators.js";
import { report, url } from "./report.js";

function Orders() {
  const { state, reason } = useConnectionState();
  useEffect(() => report(`${state}: ${reason}`), [state, reason]);
  useEvents("orders/acme/*", {
    onEvent: (event) => report(`${event.type} ${event.data.total}`),
    onError: (error) => report(String(error)),
  });
  return null;
}

const page = createElement(TablecastProvider, { options: { url, validate } }, createElement(Orders));
createRoot(document.body.appendChild(document.createElement("main"))).render(page);
