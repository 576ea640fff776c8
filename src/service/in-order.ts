/**
 * Does the work for each item, several at once, and yields the results in the order of the items.
 * @param atOnce how many run at the same time
 */
export async function* inOrder<Item, Done>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Done>,
): AsyncGenerator<Done> {
  const running: Promise<Done>[] = [];
  for (const item of items) {
    const started = work(item);
    // Whoever awaits it in turn gets the error; until then it must not count as unhandled.
    started.catch(() => undefined);
    running.push(started);
    if (running.length >= atOnce) yield await (running.shift() as Promise<Done>);
  }
  while (running.length > 0) yield await (running.shift() as Promise<Done>);
}
