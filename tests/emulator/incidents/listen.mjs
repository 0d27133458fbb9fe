// Connects two clients for each user, and appends each event that they receive to a file, as a line of JSON:
// listen.mjs <url> <file> <user>... It prints "ready" when all are connected. They resume after a lost connection, as each client
// of an application does. Needs the tests of the TypeScript client (`npm run build:test`).
import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createClient } from "../../../clients/typescript/build/src/index.js";

const issuer = new URL("../issuer", import.meta.url).pathname;
const [url, file, ...users] = process.argv.slice(2);

async function listen(user, name) {
  const token = () => execFileSync(issuer, ["token", "--subject", user], { encoding: "utf8" }).trim();
  const client = createClient({ url, token });
  client.on("state", (state, reason) => console.error(`listen: ${name} is ${state} ${reason}`));
  const write = (event) => appendFileSync(file, `${JSON.stringify({ client: name, event })}\n`);
  const fail = (fault) => {
    console.error(`listen: ${name} misses events:`, fault);
    process.exit(1);
  };
  const subscription = client.subscribe(`profiles/${user}`, { onEvent: write, onLate: write, onGap: fail, onError: fail });
  await subscription.ready;
}

for (const user of users) for (const number of [1, 2]) await listen(user, `${user}/${number}`);
console.log("ready");
