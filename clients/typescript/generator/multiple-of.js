// Replaces Ajv's `multipleOf`, for which 0.07 is no multiple of 0.01. The server computes with decimal numbers.
import { _ } from "ajv";

export function replaceMultipleOf(ajv) {
  ajv.removeKeyword("multipleOf");
  ajv.addKeyword({
    keyword: "multipleOf",
    type: "number",
    schemaType: "number",
    error: { message: ({ schemaCode }) => _`"must be multiple of " + ${schemaCode}` },
    code(context) {
      const quotient = context.gen.const("quotient", _`${context.data} / ${context.schema}`);
      // Rounding three times to a double can add up to this error. A quotient that is no double has no fraction.
      const error = _`Math.abs(${quotient}) * ${2 ** -50}`;
      context.fail(_`Math.abs(Math.round(${quotient}) - ${quotient}) > ${error}`);
    },
  });
}
