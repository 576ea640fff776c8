// After a release: takes the schemas over as those that the next ones are compared with (test/schema.test.ts).
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
