// The rules of `useCollection`: see rules.tsx.
import { useLayoutEffect, useRef } from "react";
import { type Items, useCollection } from "../../src/react/index.js";
import { equal, pause, type Stage, until } from "./rules.js";

export const collectionRules: Record<string, (stage: Stage) => Promise<void>> = {};

const TYPE = "order.v1";
const ORDERS = "orders/*";

interface TextProps {
  stage: Stage;
  subjects?: string | string[];
  select?: (items: Items<unknown>) => unknown;
}

/** Shows the view, and records each render that differs. */
function Text({ stage, subjects = ORDERS, select }: TextProps) {
  const { items, status, missing, error } = useCollection(subjects, {
    type: TYPE,
    select,
    onError: ({ message }) => stage.seen.push(`error ${message}`),
  });
  const shown = items instanceof Map ? [...items] : items;
  return <i>{JSON.stringify([status, shown, [...missing], ...(error ? [error.reason] : [])])}</i>;
}

/** Waits until the page has this view. */
async function shows(stage: Stage, ...view: unknown[]): Promise<void> {
  const text = JSON.stringify(view);
  await until(text, () => stage.text === text).catch(() => equal(stage.text, text));
}

collectionRules["a component shows the state of its subjects, and then each change"] = async (stage) => {
  stage.gateway.items.set("orders/1", "new");
  stage.render(<Text stage={stage} />);
  await shows(stage, "live", [["orders/1", "new"]], []);
  stage.gateway.put("orders/2", "paid");
  await shows(stage, "live", [["orders/1", "new"], ["orders/2", "paid"]], []);
  stage.gateway.send("orders/1", { type: "order.removed.v1", data: {} });
  await shows(stage, "live", [["orders/2", "paid"]], []);
  equal(stage.gateway.subjects, [ORDERS]);
};

collectionRules["a component renders again only if its selection differs"] = async (stage) => {
  const paid = (items: Items<unknown>) => [...items].filter(([, status]) => status === "paid").map(([subject]) => subject);
  const Counted = () => {
    const renders = useRef(0);
    const { items, status } = useCollection(ORDERS, { type: TYPE, select: paid });
    stage.seen.push(`${++renders.current > 0 && status} ${items}`);
    return <i>{items}</i>;
  };
  stage.gateway.items.set("orders/1", "paid");
  stage.render(<Counted />);
  await until("live", () => stage.seen.includes("live orders/1"));
  const before = stage.seen.length;
  stage.gateway.put("orders/2", "new");
  stage.gateway.put("orders/2", "cancelled");
  await pause();
  equal(stage.seen.length, before);
  stage.gateway.put("orders/2", "paid");
  await until("another order", () => stage.seen.includes("live orders/1,orders/2"));
};

collectionRules["an inline selection of another render is current"] = async (stage) => {
  stage.gateway.items.set("orders/1", 1).set("orders/2", 2);
  stage.render(<Text stage={stage} select={(items) => items.get("orders/1")} />);
  await shows(stage, "live", 1, []);
  stage.render(<Text stage={stage} select={(items) => items.get("orders/2")} />);
  await shows(stage, "live", 2, []);
  equal(stage.gateway.actions("subscribe").length, stage.gateway.actions("unsubscribe").length + 1);
};

collectionRules["other subjects replace the collection, and none end it"] = async (stage) => {
  stage.gateway.items.set("orders/1", 1);
  stage.render(<Text stage={stage} subjects={["orders/1"]} />);
  await shows(stage, "live", [["orders/1", 1]], []);
  stage.gateway.items.clear();
  stage.gateway.items.set("orders/2", 2);
  stage.render(<Text stage={stage} subjects={["orders/2"]} />);
  await shows(stage, "live", [["orders/2", 2]], []);
  equal(stage.gateway.subjects, ["orders/2"]);
  stage.render(<Text stage={stage} subjects={[]} />);
  await shows(stage, "loading", [], []);
  await until("no subscription", () => stage.gateway.subjects.length === 0);
};

collectionRules["a gap keeps the items until they are loaded again"] = async (stage) => {
  stage.gateway.items.set("orders/1", 1);
  stage.render(<Text stage={stage} />);
  await shows(stage, "live", [["orders/1", 1]], []);
  stage.gateway.items.set("orders/1", 2);
  stage.gateway.loses = true;
  stage.gateway.cut();
  dispatchEvent(new Event("online"));
  await shows(stage, "live", [["orders/1", 2]], []);
  equal(stage.seen, []);
};

collectionRules["a refused subject is the error of the view"] = async (stage) => {
  stage.gateway.refuses = true;
  stage.render(<Text stage={stage} />);
  await shows(stage, "refused", [], [], "not-granted");
  equal(stage.seen.length, 1);
};

/** Shows the view as `Text` does, and records it in each commit. */
function Recorded({ stage, subject, type, select }: { stage: Stage; subject: string; type: string; select?: TextProps["select"] }) {
  const { items, status, error } = useCollection(subject, { type, select, onError: () => {} });
  const view = JSON.stringify([subject, status, items instanceof Map ? [...items.keys()] : items, error?.reason]);
  useLayoutEffect(() => void stage.seen.push(view), [view, stage]);
  return <i>{status}</i>;
}

collectionRules["no commit has the items of the subjects before"] = async (stage) => {
  stage.gateway.items.set("orders/1", 1);
  stage.render(<Recorded stage={stage} subject="orders/1" type={TYPE} />);
  await until("live", () => stage.text === "live");
  stage.gateway.items.clear();
  stage.seen.length = 0;
  stage.render(<Recorded stage={stage} subject="orders/2" type={TYPE} />);
  await until("live", () => stage.seen.length > 1);
  equal(stage.seen, ['["orders/2","loading",[],null]', '["orders/2","live",[],null]']);
};

collectionRules["no commit has the refusal of the subjects before"] = async (stage) => {
  stage.gateway.refuses = true;
  stage.render(<Recorded stage={stage} subject="orders/1" type={TYPE} />);
  await until("refused", () => stage.text === "refused");
  stage.gateway.refuses = false;
  stage.seen.length = 0;
  stage.render(<Recorded stage={stage} subject="orders/2" type={TYPE} />);
  await until("live", () => stage.text === "live");
  equal(stage.seen, ['["orders/2","loading",[],null]', '["orders/2","live",[],null]']);
};

collectionRules["a selection for another type never receives items of the type before"] = async (stage) => {
  stage.gateway.items.set("orders/1", "new");
  stage.render(<Recorded stage={stage} subject={ORDERS} type={TYPE} select={(items) => items.size} />);
  await until("live", () => stage.text === "live");
  const select = (items: Items<unknown>) => stage.seen.push(`selected ${[...items.keys()]}`) && "of users";
  stage.seen.length = 0;
  stage.render(<Recorded stage={stage} subject={ORDERS} type="user.v1" select={select} />);
  await until("live", () => stage.seen.some((line) => line.includes("live")));
  await pause();
  equal(stage.seen.filter((line) => line.includes("orders/1")), []);
};
