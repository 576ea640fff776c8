// A typical script with the official JavaScript client: 16 workers, one PATCH for each row, the retries of the client.
//   node bench/official-client.mjs <file.csv> <endpoint>     prints {"written","lost"}
import { readFileSync } from 'node:fs';
import { Client } from '@microsoft/microsoft-graph-client';

const [file, url] = process.argv.slice(2);
const client = Client.init({
  baseUrl: `${url}/`,
  defaultVersion: 'beta',
  authProvider: (done) => done(null, process.env.GRAPH_TOKEN ?? 'local'),
});
const [, ...rows] = readFileSync(file, 'utf8').trim().split('\n');
let written = 0;
let lost = 0;
await Promise.all(
  Array.from({ length: 16 }, async () => {
    for (let row = rows.pop(); row !== undefined; row = rows.pop()) {
      const [id, count] = row.split(',');
      try {
        await client
          .api(`/deviceManagement/deviceConfigurations/${id}/deviceStatusOverview`)
          .patch({ pendingCount: Number(count) });
        written += 1;
      } catch {
        lost += 1;
      }
    }
  }),
);
console.log(JSON.stringify({ written, lost }));
