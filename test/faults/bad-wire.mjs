import { connect, createServer } from 'node:net';

/** Sent instead of an answer, after which the connection is closed; after 103 it stays open, without an answer. */
const ODD_ANSWERS = {
  switch: 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n',
  hint: 'HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n',
  half: 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Le',
  close: '',
};

/**
 ** A TCP proxy that simulates a bad connection: it cuts, delays and corrupts the data, and can replace answers of the
 ** server. `harm` has the fractions, from 0 to 1, of the chunks that are affected; `delay` is
 ** the maximum in milliseconds.
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

  /** Connects new connections to this port, and closes the open ones. */
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

  /** A random kind, all equally likely; undefined if the answer is not replaced. */
  #oddAnswer() {
    if (this.#random.next() >= (this.harm.odd ?? 0)) return undefined;
    const kinds = Object.keys(ODD_ANSWERS);
    return kinds[Math.floor(this.#random.between(0, kinds.length))];
  }

  #harmed(part, from) {
    const { cut = 0, delay = 0, corrupt = 0 } = this.harm;
    const wait = delay === 0 ? 0 : this.#random.between(0, delay);
    // The connection is cut in the middle of a chunk, so that headers and bodies are incomplete.
    if (this.#random.next() < cut)
      return { part: part.subarray(0, this.#random.between(0, part.length)), wait, cut: true };
    if (this.#random.next() >= corrupt || from.destroyed) return { part, wait, cut: false };
    const other = Buffer.from(part);
    const at = Math.floor(this.#random.between(0, other.length));
    other[at] ^= 1 << Math.floor(this.#random.between(0, 8));
    return { part: other, wait, cut: false };
  }
}
