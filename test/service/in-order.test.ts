import { describe, expect, test } from '@jest/globals';
import { inOrder } from '../../src/service/in-order.ts';

/** Work that ends when `end` is called. */
function openWork() {
  const ends = new Map<number, (end: 'done' | 'failed') => void>();
  const work = (item: number) =>
    new Promise<string>((resolve, reject) => {
      ends.set(item, (end) =>
        end === 'done' ? resolve(`done ${item}`) : reject(new Error(`failed ${item}`)),
      );
    });
  return { work, started: () => [...ends.keys()], end: (item: number) => ends.get(item)?.('done'), ends };
}

/** Lets pending promises settle. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function* numbers(count: number, requested: number[] = []) {
  for (let item = 0; item < count; item += 1) {
    requested.push(item);
    yield item;
  }
}

async function collect(results: AsyncIterable<string>, into: string[] = []): Promise<string[]> {
  for await (const result of results) into.push(result);
  return into;
}

describe('work in order', () => {
  test('runs up to the given number at once', async () => {
    const { work, started, end } = openWork();
    const collected = collect(inOrder(numbers(5), 3, work));
    await settled();
    expect(started()).toEqual([0, 1, 2]);
    end(0);
    await settled();
    expect(started()).toEqual([0, 1, 2, 3]);
    for (const item of [1, 2, 3]) end(item);
    await settled();
    end(4);
    expect(await collected).toEqual(['done 0', 'done 1', 'done 2', 'done 3', 'done 4']);
  });

  test('yields a result as soon as it and those before it are done', async () => {
    const { work, end } = openWork();
    const results: string[] = [];
    const collected = collect(inOrder(numbers(3), 3, work), results);
    await settled();
    end(1);
    await settled();
    expect(results).toEqual([]);
    end(0);
    await settled();
    expect(results).toEqual(['done 0', 'done 1']);
    end(2);
    await collected;
    expect(results).toEqual(['done 0', 'done 1', 'done 2']);
  });

  test('yields results while it waits for the source', async () => {
    const { work, end } = openWork();
    let goOn = (): void => undefined;
    async function* slow() {
      yield 0;
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      yield 1;
    }
    const results: string[] = [];
    const collected = collect(inOrder(slow(), 2, work), results);
    await settled();
    end(0);
    await settled();
    expect(results).toEqual(['done 0']);
    goOn();
    await settled();
    end(1);
    expect(await collected).toEqual(['done 0', 'done 1']);
  });

  test('requests one item more than can be started, and no others', async () => {
    const { work, end } = openWork();
    const requested: number[] = [];
    const collected = collect(inOrder(numbers(9, requested), 2, work));
    await settled();
    expect(requested).toEqual([0, 1, 2]);
    for (let item = 0; item < 9; item += 1) {
      end(item);
      await settled();
    }
    expect(await collected).toHaveLength(9);
  });

  test('yields the results of items before a failure of the source, then fails', async () => {
    async function* failing() {
      yield* numbers(2);
      throw new Error('no more');
    }
    const { work, end } = openWork();
    const results: string[] = [];
    const collected = collect(inOrder(failing(), 3, work), results);
    const failure = collected.catch((error: Error) => error.message);
    await settled();
    end(1);
    end(0);
    expect(await failure).toBe('no more');
    expect(results).toEqual(['done 0', 'done 1']);
  });

  test('fails with the first failed work, after the results before it', async () => {
    const { work, end, ends } = openWork();
    const results: string[] = [];
    const failure = collect(inOrder(numbers(3), 3, work), results).catch((error: Error) => error.message);
    await settled();
    ends.get(1)?.('failed');
    await settled();
    expect(results).toEqual([]);
    end(0);
    expect(await failure).toBe('failed 1');
    expect(results).toEqual(['done 0']);
  });

  test('closes the source if the caller stops', async () => {
    let closed = 0;
    async function* source() {
      try {
        yield* numbers(9);
      } finally {
        closed += 1;
      }
    }
    for await (const result of inOrder(source(), 1, async (item) => item)) {
      expect(result).toBe(0);
      break;
    }
    expect(closed).toBe(1);
  });

  test('accepts a source that cannot be closed', async () => {
    let left = 2;
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => (left > 0 ? { value: left--, done: false } : { value: undefined, done: true }),
      }),
    };
    expect(await collect(inOrder(source, 2, async (item) => `${item}`))).toEqual(['2', '1']);
  });
});
