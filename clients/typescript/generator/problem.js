/** A mistake in the input: where, what is wrong, what to do. Other errors are faults of this program. */
export class Problem extends Error {}

/** Calls the function for each value, and throws the problems of all of them together. */
export function mapAll(values, call) {
  const problems = [];
  const results = values.map((value) => {
    try {
      return call(value);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return void problems.push(error.message);
    }
  });
  if (problems.length > 0) throw new Problem(problems.join("\n"));
  return results;
}
