// One PATCH with Node's built-in fetch:  node one-fetch.mjs <url> <body>
const [url, body] = process.argv.slice(2);
const response = await fetch(url, {
  method: 'PATCH',
  headers: { authorization: 'Bearer local', 'content-type': 'application/json' },
  body,
});
console.log(await response.json());
