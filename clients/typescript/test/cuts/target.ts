// The server to test against: the local mode, or a deployment that the environment names. `tests/emulator/environment`
// sets the same variables for the black-box suite.
import { spawn } from "node:child_process";
import { DynamoDb } from "../local/dynamodb.js";
import { isBuilt, LocalMode, outputOf, project } from "../local/local-mode.js";

export interface Target {
  url: string;
  dynamodb: DynamoDb;
  /** Returns the token of a user, which grants the orders of every tenant. Each user has a quota for resumes. */
  token(user: string): Promise<string>;
  tenants: string[];
  end(): Promise<void>;
}

const deployment = process.env["TABLECAST_SOCKET_URL"];

/** The option `skip` of tests that need a target. */
export const skip = isBuilt || deployment ? false : "tablecast is not built: run `cargo build --workspace`";

export async function startTarget(): Promise<Target> {
  return deployment ? deployedTarget(deployment) : localTarget();
}

/** Runs ten dispatchers at the same time, and grants every tenant. */
async function localTarget(): Promise<Target> {
  const replacements = { '"orders/" + claims.tenant + "/*"': '"orders/*"' };
  const local = await LocalMode.start(replacements);
  const { url, dynamodb } = local;
  const tenants = ["acme", "globex", "initech", "umbrella"];
  return { url, dynamodb, tenants, token: (user) => local.token("8h", user), end: () => local.end() };
}

async function deployedTarget(url: string): Promise<Target> {
  const [key, secret] = [variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY")];
  const endpoint = process.env["AWS_ENDPOINT_URL_DYNAMODB"] ?? variable("AWS_ENDPOINT_URL");
  const dynamodb = new DynamoDb(endpoint, { key, secret, region: variable("AWS_REGION") });
  const command = (user: string) => `${variable("TABLECAST_TOKEN_COMMAND")} --subject ${user} --claim tenant=acme`;
  const token = (user: string) => outputOf(spawn("sh", ["-c", command(user)], { cwd: project }));
  return { url, dynamodb, tenants: ["acme"], token, end: async () => {} };
}

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. TABLECAST_SOCKET_URL names a deployment: set ${name} too`);
  return value;
}
