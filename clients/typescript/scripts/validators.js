// Compiles schemas/ to <folder>/validators.js, which has no dependencies.
import { writeFileSync } from "node:fs";
import { schemas } from "./schemas.js";
import { writeValidators } from "./write-validators.js";

const [folder] = process.argv.slice(2);
await writeValidators(schemas(), `${folder}/validators.js`);
writeFileSync(`${folder}/validators.d.ts`, 'export declare const validate: import("./protocol/event.js").Validate;\n');
