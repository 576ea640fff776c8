// One PATCH for each row with a pool of undici, 16 at a time:  node many-undici.mjs <file.csv> <endpoint>
import { Pool } from 'undici';
import { patchAll } from './rows.mjs';

const pool = new Pool(process.argv[3], { connections: 16 });
await patchAll(async (url, body) => {
  const response = await pool.request({
    path: new URL(url).pathname,
    method: 'PATCH',
    headers: { authorization: 'Bearer local', 'content-type': 'application/json' },
    body,
  });
  await response.body.json();
  return response.statusCode === 200;
});
await pool.close();
