/** The DynamoDB API, as every SDK speaks it. The credentials are worth nothing: this machine verifies none. */

export class DynamoDb {
  #url;
  #headers;

  constructor(url, region) {
    const scope = `local/20260101/${region}/dynamodb/aws4_request`;
    this.#url = url;
    this.#headers = {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-date": "20260101T000000Z",
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    };
  }

  /** The answer, or an error that says what was wrong. */
  async call(operation, request) {
    const headers = { ...this.#headers, "x-amz-target": `DynamoDB_20120810.${operation}` };
    const body = JSON.stringify(request);
    const answer = await fetch(this.#url, { method: "POST", headers, body }).catch(() => {
      throw new Error(`DynamoDB does not answer at ${this.#url}`);
    });
    const told = await answer.json();
    if (!answer.ok) throw new Error(`${told.__type?.split("#").pop()}: ${told.message ?? told.Message}`);
    return told;
  }
}
