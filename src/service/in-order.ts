/** What came first: the next item of the source, its failure, or the end of the oldest work. */
type Came<Item> =
  | { readonly kind: 'item'; readonly item: Item }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'done' };

/**
 * Does the work for each item, several at once, and yields the results in the order of the items, each as soon as it
 * and those before it are done. The source is asked for no more than there is room for; where it fails, what it gave
 * before is yielded first.
 * @param atOnce how many run at the same time
 */
export async function* inOrder<Item, Done>(
  items: AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Done>,
): AsyncGenerator<Done> {
  const source = items[Symbol.asyncIterator]();
  const next = (): Promise<Came<Item>> =>
    source.next().then(
      ({ value, done }): Came<Item> => (done ? { kind: 'end' } : { kind: 'item', item: value }),
      (error: unknown): Came<Item> => ({ kind: 'failed', error }),
    );
  const running: Promise<Done>[] = [];
  try {
    for (let coming: Promise<Came<Item>> | undefined = next(); coming !== undefined; ) {
      const [oldest] = running;
      const done = oldest?.then((): Came<Item> => ({ kind: 'done' }));
      const full = running.length >= atOnce;
      const came: Came<Item> = await Promise.race([...(done ? [done] : []), ...(full ? [] : [coming])]);
      if (came.kind === 'done') {
        yield await (running.shift() as Promise<Done>);
      } else if (came.kind === 'item') {
        const started = work(came.item);
        // The error is thrown when it is awaited; until then it must not count as unhandled.
        started.catch(() => undefined);
        running.push(started);
        coming = next();
      } else {
        while (running.length > 0) yield await (running.shift() as Promise<Done>);
        if (came.kind === 'failed') throw came.error;
        coming = undefined;
      }
    }
  } finally {
    await source.return?.();
  }
}
