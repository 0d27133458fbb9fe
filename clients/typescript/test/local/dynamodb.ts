// Writes to DynamoDB. Requests are signed because the emulator of a deployment verifies signatures.
import { createHash, createHmac } from "node:crypto";

/** DynamoDB JSON. */
export type Attribute = { S: string } | { N: string } | { L: Attribute[] } | { M: Item };
export type Item = Record<string, Attribute>;

export interface Credentials {
  key: string;
  secret: string;
  region: string;
}

const LOCAL: Credentials = { key: "local", secret: "local", region: "us-east-1" };

export class DynamoDb {
  constructor(
    readonly endpoint: string,
    private readonly credentials = LOCAL,
  ) {}

  async put(table: string, item: Item): Promise<void> {
    await this.#call("PutItem", { TableName: table, Item: item });
  }

  /** Puts at most 25 items. */
  async putAll(table: string, items: Item[]): Promise<void> {
    const requests = items.map((Item) => ({ PutRequest: { Item } }));
    const { UnprocessedItems } = JSON.parse(await this.#call("BatchWriteItem", { RequestItems: { [table]: requests } }));
    if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error(`BatchWriteItem: ${JSON.stringify(UnprocessedItems)}`);
  }

  async delete(table: string, key: Item): Promise<void> {
    await this.#call("DeleteItem", { TableName: table, Key: key });
  }

  /** Returns all items. */
  async scan(table: string): Promise<Item[]> {
    const items: Item[] = [];
    let page: { Items: Item[]; LastEvaluatedKey?: Item } | undefined;
    do {
      const request = { TableName: table, ConsistentRead: true, ExclusiveStartKey: page?.LastEvaluatedKey };
      page = JSON.parse(await this.#call("Scan", request)) as NonNullable<typeof page>;
      items.push(...page.Items);
    } while (page.LastEvaluatedKey);
    return items;
  }

  async #call(operation: string, request: object): Promise<string> {
    const body = JSON.stringify(request);
    const response = await fetch(this.endpoint, { method: "POST", headers: this.#headers(operation, body), body });
    const text = await response.text();
    if (!response.ok) throw new Error(`${operation}: ${text}`);
    return text;
  }

  #headers(operation: string, body: string): Record<string, string> {
    const headers = {
      host: new URL(this.endpoint).host,
      "content-type": "application/x-amz-json-1.0",
      "x-amz-date": new Date().toISOString().replace(/[-:]|\.\d+/g, ""),
      "x-amz-target": `DynamoDB_20120810.${operation}`,
    };
    return { ...headers, authorization: this.#signature(headers, body) };
  }

  /** AWS signature version 4. */
  #signature(headers: { "x-amz-date": string }, body: string): string {
    const { key, secret, region } = this.credentials;
    const names = Object.keys(headers).sort();
    const lines = names.map((name) => `${name}:${headers[name as keyof typeof headers]}\n`).join("");
    const request = ["POST", "/", "", lines, names.join(";"), hash(body)].join("\n");
    const date = headers["x-amz-date"].slice(0, 8);
    const scope = [date, region, "dynamodb", "aws4_request"];
    const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope.join("/"), hash(request)].join("\n");
    const signing = scope.reduce<string | Buffer>(hmac, `AWS4${secret}`);
    const signature = hmac(signing, text).toString("hex");
    const credential = `${key}/${scope.join("/")}`;
    return `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
