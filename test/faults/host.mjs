// Another host: with separate namespaces it has another name, other process ids and a separate network. Only
// the port of the service is connected, through a socket in a shared folder.
//   unshare … node host.mjs <name> <port> <socket> <program> <arguments…>
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const [name, port, socket, ...program] = process.argv.slice(2);
execFileSync('hostname', [name]);
execFileSync('ip', ['link', 'set', 'lo', 'up']);
const server = createServer((client) => {
  const upstream = connect(socket);
  for (const end of [client, upstream]) end.on('error', () => undefined);
  client.pipe(upstream).pipe(client);
  client.on('close', () => upstream.destroy());
  upstream.on('close', () => client.destroy());
});
server.listen(Number(port), '127.0.0.1');
await once(server, 'listening');
const child = spawn(process.execPath, program, { stdio: 'inherit' });
const [code, signal] = await once(child, 'exit');
if (signal !== null) process.kill(process.pid, signal);
process.exit(code ?? 1);
