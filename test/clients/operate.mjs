// One client against one server: node operate.mjs <client> <url> <url of a throttling server>
// Prints {"available":true|false,"results":{"<operation>":{"value"}|{"error"}}}.
import { OPERATIONS } from './operations.mjs';

const [client, url, throttling] = process.argv.slice(2);
const { available: isAvailable, operations } = await import(`./${client}.mjs`);
const results = {};
const available = isAvailable();
for (const { name } of available ? OPERATIONS : []) {
  try {
    results[name] = { value: await operations[name](name === 'retry' ? throttling : url) };
  } catch (error) {
    results[name] = { error: String(error?.message ?? error) };
  }
}
console.log(JSON.stringify({ available, results }));
process.exit(0);
