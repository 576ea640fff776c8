import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { present } from '../../src/present/index.ts';

const HOW = { format: 'jsonl', query: undefined, color: false, width: undefined } as const;

function streamOf(count: number, onRecord: (n: number) => void = () => undefined) {
  async function* records() {
    for (let n = 1; n <= count; n += 1) {
      onRecord(n);
      yield { n };
    }
  }
  return { data: { records: records() }, flat: undefined, view: () => [] };
}

describe('the output', () => {
  test('waits for a slow reader, and is complete before the promise resolves', async () => {
    let text = '';
    let pending = 0;
    let most = 0;
    const slow = new Writable({
      highWaterMark: 1,
      write(chunk, _, done) {
        setImmediate(() => {
          text += chunk;
          pending -= 1;
          done();
        });
      },
    });
    const counted = streamOf(50, () => {
      pending += 1;
      most = Math.max(most, pending);
    });
    await present(counted, HOW, slow);
    expect(text.split('\n')).toHaveLength(51);
    expect(most).toBe(1);
  });

  test('ends if the reader has closed the pipe before the first record', async () => {
    const gone = new Writable({ write: (_, __, done) => done() });
    gone.destroy();
    let read = 0;
    await present(
      streamOf(1000, (n) => (read = n)),
      HOW,
      gone,
    );
    expect(read).toBe(1);
  });

  test('reports a full disk as a failure', async () => {
    const full = new Writable({
      write: (_, __, done) =>
        done(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })),
    });
    await expect(present(streamOf(3), HOW, full)).rejects.toMatchObject({
      name: 'Failure',
      exitCode: 1,
      message: 'the output cannot be written: ENOSPC: no space left on device, write',
      details: { hint: expect.stringContaining('may have succeeded') },
    });
  });

  test('leaves no listener on a stream without an error', async () => {
    const out = new Writable({ write: (_, __, done) => done() });
    await present(streamOf(3), HOW, out);
    expect([out.listenerCount('error'), out.listenerCount('drain')]).toEqual([0, 0]);
  });

  test('fails with a stream of records, after the records before the failure', async () => {
    let text = '';
    const out = new Writable({
      write(chunk, _, done) {
        text += chunk;
        done();
      },
    });
    const broken = streamOf(3, (n) => {
      if (n === 3) throw new Error('page 2 failed');
    });
    await expect(present(broken, HOW, out)).rejects.toThrow('page 2 failed');
    expect(text).toBe('{"n":1}\n{"n":2}\n');
  });
});
