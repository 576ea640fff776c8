// To be run after a release: saves the schemas, with which test/schema.test.ts compares later versions.
//   npm run released-schemas
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('../schema/', import.meta.url);
const schemas = readdirSync(folder)
  .sort()
  .map((file) => [file, JSON.parse(readFileSync(new URL(file, folder), 'utf8'))]);
writeFileSync(
  new URL('../test/fixtures/released-schemas.json', import.meta.url),
  `${JSON.stringify(Object.fromEntries(schemas))}\n`,
);
