// One PATCH for each row with the built-in fetch, 16 at a time:  node many-fetch.mjs <file.csv> <endpoint>
import { patchAll } from './rows.mjs';

await patchAll(async (url, body) => {
  const response = await fetch(url, {
    method: 'PATCH',
    headers: { authorization: 'Bearer local', 'content-type': 'application/json' },
    body,
  });
  await response.json();
  return response.ok;
});
