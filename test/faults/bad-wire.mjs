import { connect, createServer } from 'node:net';

/** What comes in place of an answer, after which the connection is closed; or after 103, nothing more. */
const ODD_ANSWERS = {
  switch: 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n',
  hint: 'HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n',
  half: 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Le',
  close: '',
};

/**
 * A wire between a client and a server that can be made bad: it cuts, delays and corrupts what goes over it, and puts
 * other answers in place of those of the server. `harm` holds shares from 0 to 1 of the parts that are hit; `delay` is
 * the longest in milliseconds.
 */
export class BadWire {
  harm = {};
  port = 0;
  #upstream = 0;
  #random;
  #server;
  #sockets = new Set();

  constructor(random) {
    this.#random = random;
    this.#server = createServer((client) => this.#join(client));
  }

  async open() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.port = this.#server.address().port;
  }

  /** Connections from now on lead to this port. Those that are open are cut. */
  leadTo(port, harm = {}) {
    this.#upstream = port;
    this.harm = harm;
    for (const socket of this.#sockets) socket.destroy();
  }

  close() {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(client) {
    const upstream = connect(this.#upstream, '127.0.0.1');
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          this.#sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
    }
    this.#pass(client, upstream);
    this.#pass(upstream, client, true);
  }

  #pass(from, to, answers = false) {
    let last = Promise.resolve();
    let silent = false;
    from.on('data', (part) => {
      if (silent) return;
      const odd = answers ? this.#oddAnswer() : undefined;
      if (odd !== undefined) {
        silent = true;
        last.then(() => (odd === 'hint' ? to.write(ODD_ANSWERS.hint) : to.end(ODD_ANSWERS[odd])));
        return;
      }
      const hit = this.#harmed(part, from);
      last = last.then(async () => {
        if (hit.wait > 0) await new Promise((resolve) => setTimeout(resolve, hit.wait));
        to.write(hit.part);
        if (hit.cut) for (const end of [from, to]) end.resetAndDestroy();
      });
    });
    from.on('end', () => last.then(() => to.end()));
  }

  /** Each kind as often; undefined for most answers. */
  #oddAnswer() {
    if (this.#random.next() >= (this.harm.odd ?? 0)) return undefined;
    const kinds = Object.keys(ODD_ANSWERS);
    return kinds[Math.floor(this.#random.between(0, kinds.length))];
  }

  #harmed(part, from) {
    const { cut = 0, delay = 0, corrupt = 0 } = this.harm;
    const wait = delay === 0 ? 0 : this.#random.between(0, delay);
    // A part is cut in the middle, so that heads, bodies and answers are all left unfinished.
    if (this.#random.next() < cut)
      return { part: part.subarray(0, this.#random.between(0, part.length)), wait, cut: true };
    if (this.#random.next() >= corrupt || from.destroyed) return { part, wait, cut: false };
    const other = Buffer.from(part);
    const at = Math.floor(this.#random.between(0, other.length));
    other[at] ^= 1 << Math.floor(this.#random.between(0, 8));
    return { part: other, wait, cut: false };
  }
}
