// Parses JSON. JSON.parse of Node does not report the line of every mistake.

const TOKEN = /[ \t\r\n]*(?<token>[{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;

/** Returns the value, or throws an error whose message begins with `<line>: `. */
export function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    const { end, found } = firstMistake(text);
    throw new Error(`${text.slice(0, end).split("\n").length}: not JSON: unexpected ${found}`);
  }
}

class Mistake {
  constructor(end, found) {
    Object.assign(this, { end, found });
  }
}

function firstMistake(text) {
  const tokens = new Tokens(text);
  try {
    readValue(tokens);
    tokens.expectEnd();
  } catch (mistake) {
    if (mistake instanceof Mistake) return mistake;
    throw mistake;
  }
  return new Mistake(text.length, "text");
}

class Tokens {
  #end = 0;

  constructor(text) {
    this.text = text;
    this.next();
  }

  next() {
    const token = this.token;
    TOKEN.lastIndex = this.#end;
    this.token = TOKEN.exec(this.text)?.groups.token;
    this.start = this.token === undefined ? this.#afterSpace() : TOKEN.lastIndex - this.token.length;
    this.#end = this.token === undefined ? this.start : TOKEN.lastIndex;
    return token;
  }

  /** Reads this token, if it is the next one. */
  take(token) {
    return this.token === token && this.next() !== undefined;
  }

  expect(isExpected) {
    return this.token !== undefined && isExpected(this.token) ? this.next() : this.fail();
  }

  expectEnd() {
    if (this.start < this.text.length) this.fail();
  }

  fail() {
    const rest = this.text.slice(this.start);
    throw new Mistake(this.start, this.token ?? (rest === "" ? "end of the file" : JSON.stringify([...rest][0])));
  }

  #afterSpace() {
    return this.#end + /^[ \t\r\n]*/.exec(this.text.slice(this.#end))[0].length;
  }
}

function readValue(tokens) {
  if (tokens.take("{")) return readList(tokens, "}", () => readMember(tokens));
  if (tokens.take("[")) return readList(tokens, "]", () => readValue(tokens));
  tokens.expect((token) => !"}],:".includes(token));
}

function readMember(tokens) {
  tokens.expect((token) => token.startsWith('"'));
  tokens.expect((token) => token === ":");
  readValue(tokens);
}

function readList(tokens, end, readItem) {
  if (tokens.take(end)) return;
  do readItem();
  while (tokens.take(","));
  tokens.expect((token) => token === end);
}
