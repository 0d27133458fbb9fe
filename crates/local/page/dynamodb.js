/** A client of the DynamoDB API. The credentials have no value, because the local mode verifies none. */

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

  /** Returns the response, or throws an error with DynamoDB's reason. */
  async call(operation, request) {
    const headers = { ...this.#headers, "x-amz-target": `DynamoDB_20120810.${operation}` };
    const body = JSON.stringify(request);
    const response = await fetch(this.#url, { method: "POST", headers, body }).catch(() => {
      throw new Error(`DynamoDB does not answer at ${this.#url}`);
    });
    const result = await response.json();
    if (!response.ok) throw new Error(`${result.__type?.split("#").pop()}: ${result.message ?? result.Message}`);
    return result;
  }
}
