import { describe, expect, test } from '@jest/globals';
import { inOrder } from '../../src/service/in-order.ts';

/** Work that ends when it is told to, and a source that notes how often it is asked. */
function bench(count: number, failure?: Error) {
  const asked: number[] = [];
  const started: number[] = [];
  const ends = new Map<number, { done(): void; fail(error: Error): void }>();
  let closed = false;
  async function* source(): AsyncGenerator<number> {
    try {
      for (let item = 0; item < count; item += 1) {
        asked.push(item);
        yield item;
      }
      if (failure !== undefined) throw failure;
    } finally {
      closed = true;
    }
  }
  const work = (item: number) =>
    new Promise<string>((resolve, reject) => {
      started.push(item);
      ends.set(item, { done: () => resolve(`done ${item}`), fail: reject });
    });
  return {
    ...{ asked, started, source, work },
    end: (item: number) => ends.get(item)?.done(),
    fail: (item: number, error: Error) => ends.get(item)?.fail(error),
    isClosed: () => closed,
  };
}

/** Lets all that is ready happen. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of list) found.push(one);
  return found;
}

describe('work in order', () => {
  test('yields in the order of the items, whatever ends first', async () => {
    const { source, work, end } = bench(3);
    const list = all(inOrder(source(), 3, work));
    await settled();
    for (const item of [2, 1, 0]) end(item);
    expect(await list).toEqual(['done 0', 'done 1', 'done 2']);
  });

  test('starts no more at once than it may, and asks the source for one more at the most', async () => {
    const { source, work, end, started, asked } = bench(5);
    const list = all(inOrder(source(), 2, work));
    await settled();
    expect([started, asked]).toEqual([
      [0, 1],
      [0, 1, 2],
    ]);
    end(1);
    await settled();
    expect(started).toEqual([0, 1]);
    end(0);
    await settled();
    expect(started).toEqual([0, 1, 2, 3]);
    for (const item of [2, 3]) end(item);
    await settled();
    end(4);
    expect(await list).toHaveLength(5);
  });

  test('yields each as soon as it and those before it are done', async () => {
    const { source, work, end } = bench(2);
    const list = inOrder(source(), 2, work);
    const first = list.next();
    await settled();
    end(0);
    expect(await first).toEqual({ done: false, value: 'done 0' });
    const second = list.next();
    await settled();
    end(1);
    expect(await second).toEqual({ done: false, value: 'done 1' });
    expect((await list.next()).done).toBe(true);
  });

  test('where the source fails, what it gave before comes first', async () => {
    const { source, work, end } = bench(2, new Error('the source'));
    const list = inOrder(source(), 3, work);
    const first = list.next();
    await settled();
    end(0);
    end(1);
    expect((await first).value).toBe('done 0');
    expect((await list.next()).value).toBe('done 1');
    await expect(list.next()).rejects.toThrow('the source');
  });

  test('where work fails, what came before it is yielded, and the source is closed', async () => {
    const { source, work, end, fail, isClosed } = bench(4);
    const list = inOrder(source(), 2, work);
    const first = list.next();
    await settled();
    fail(1, new Error('the work'));
    await settled();
    end(0);
    expect((await first).value).toBe('done 0');
    await expect(list.next()).rejects.toThrow('the work');
    expect(isClosed()).toBe(true);
  });

  test('who stops early closes the source', async () => {
    const { source, work, end, isClosed } = bench(4);
    const list = inOrder(source(), 1, work);
    const first = list.next();
    await settled();
    end(0);
    await first;
    await list.return(undefined);
    expect(isClosed()).toBe(true);
  });

  test('a source that cannot be closed, and one that is empty, will do', async () => {
    const bare: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true as const, value: undefined }) }),
    };
    expect(await all(inOrder(bare, 2, async (item) => item))).toEqual([]);
  });
});
