// One PATCH with undici:  node one-undici.mjs <url> <body>
import { request } from 'undici';

const [url, body] = process.argv.slice(2);
const response = await request(url, {
  method: 'PATCH',
  headers: { authorization: 'Bearer local', 'content-type': 'application/json' },
  body,
});
console.log(await response.body.json());
