// Connects two clients for each user, and appends each event that they receive to a file, as a line of JSON:
// listen.mjs <url> <file> <user>... It prints "ready" when all are connected.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import WebSocket from "../../clients/node_modules/ws/wrapper.mjs";

const issuer = new URL("../issuer", import.meta.url).pathname;
const [url, file, ...users] = process.argv.slice(2);

async function listen(user, client, token) {
  const headers = { Authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${url}?subscribe=profiles/${user}`, { headers });
  socket.on("message", (text) => appendFileSync(file, `${JSON.stringify({ client, event: JSON.parse(text) })}\n`));
  socket.on("close", (code) => {
    console.error(`listen: the connection of ${client} closed with ${code}.`);
    process.exit(1);
  });
  await once(socket, "open");
}

for (const user of users) {
  const token = execFileSync(issuer, ["token", "--subject", user], { encoding: "utf8" }).trim();
  for (const number of [1, 2]) await listen(user, `${user}/${number}`, token);
}
console.log("ready");
