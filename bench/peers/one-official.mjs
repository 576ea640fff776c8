// One PATCH with the official client:  node one-official.mjs <url> <body>
import { Client } from '@microsoft/microsoft-graph-client';

const [url, body] = process.argv.slice(2);
const { origin, pathname } = new URL(url);
const client = Client.init({ baseUrl: `${origin}/`, authProvider: (done) => done(null, 'local') });
console.log(await client.api(pathname).version('').patch(JSON.parse(body)));
