/** The first event to occur: the source yields an item, ends or fails, or the oldest work is done. */
type Occurrence<Item> =
  | { readonly kind: 'item'; readonly item: Item }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'done' };

/**
 * Runs the work for each item, several concurrently, and yields the results in the order of the items as soon as possible.
 * The source is read only when another work can start. If the source fails, the results of earlier items are yielded first.
 * @param concurrency the maximum number of concurrent works
 * @throws the error of the source or of a work
 */
export async function* inOrder<Item, Done>(
  items: AsyncIterable<Item>,
  concurrency: number,
  work: (item: Item) => Promise<Done>,
): AsyncGenerator<Done> {
  const source = items[Symbol.asyncIterator]();
  const next = (): Promise<Occurrence<Item>> =>
    source.next().then(
      ({ value, done }): Occurrence<Item> => (done ? { kind: 'end' } : { kind: 'item', item: value }),
      (error: unknown): Occurrence<Item> => ({ kind: 'failed', error }),
    );
  const running: Promise<Done>[] = [];
  try {
    for (let upcoming: Promise<Occurrence<Item>> | undefined = next(); upcoming !== undefined; ) {
      const [oldest] = running;
      const done = oldest?.then((): Occurrence<Item> => ({ kind: 'done' }));
      const full = running.length >= concurrency;
      const event: Occurrence<Item> = await Promise.race([
        ...(done ? [done] : []),
        ...(full ? [] : [upcoming]),
      ]);
      if (event.kind === 'done') {
        yield await (running.shift() as Promise<Done>);
      } else if (event.kind === 'item') {
        const started = work(event.item);
        // The error is thrown when it is awaited; until then it must not count as unhandled.
        started.catch(() => undefined);
        running.push(started);
        upcoming = next();
      } else {
        while (running.length > 0) yield await (running.shift() as Promise<Done>);
        if (event.kind === 'failed') throw event.error;
        upcoming = undefined;
      }
    }
  } finally {
    await source.return?.();
  }
}
