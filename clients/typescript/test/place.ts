// Where the client is tested: in the local mode, or at a deployment that the environment names, as for the black-box
// suite (tests/emulator/environment).
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { DynamoDb } from "./dynamodb.js";
import { isBuilt, Local, output } from "./local.js";

export interface Place {
  url: string;
  dynamodb: DynamoDb;
  /** Who may see the orders of all these tenants. */
  token: string;
  tenants: string[];
  end(): Promise<void>;
}

const project = fileURLToPath(new URL("../../../../", import.meta.url));
const deployment = process.env["TABLECAST_SOCKET_URL"];

export const skip = isBuilt || deployment ? false : "tablecast is not built: cargo build --workspace";

export async function place(): Promise<Place> {
  return deployment ? deployed(deployment) : onThisMachine();
}

/** Dispatchers overlap as much as they can: there are as many as tenants. */
async function onThisMachine(): Promise<Place> {
  const local = await Local.start({ "parallel: 1": "parallel: 10", '"orders/" + claims.tenant + "/*"': '"orders/*"' });
  const { url, dynamodb } = local;
  const tenants = ["acme", "globex", "initech", "umbrella"];
  return { url, dynamodb, tenants, token: await local.token("8h"), end: () => local.end() };
}

async function deployed(url: string): Promise<Place> {
  const credentials = { key: variable("AWS_ACCESS_KEY_ID"), secret: variable("AWS_SECRET_ACCESS_KEY"), region: variable("AWS_REGION") };
  const dynamodb = new DynamoDb(process.env["AWS_ENDPOINT_URL_DYNAMODB"] ?? variable("AWS_ENDPOINT_URL"), credentials);
  const command = `${variable("TABLECAST_TOKEN_COMMAND")} --subject ada --claim tenant=acme`;
  const token = await output(spawn("sh", ["-c", command], { cwd: project }));
  return { url, dynamodb, tenants: ["acme"], token, end: async () => {} };
}

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`TABLECAST_SOCKET_URL names a deployment: set ${name} too`);
  return value;
}
