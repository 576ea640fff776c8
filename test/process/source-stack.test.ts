import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { sourceStack } from '../../src/process/source-stack.ts';
import { processorTime } from '../support/processor-time.ts';

/** A script whose first character maps to line 3 of its source. */
function script(): string {
  const folder = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
  const path = join(folder, 'main.js');
  const map = { version: 3, sources: ['../src/one.ts'], names: [], mappings: 'AAEA' };
  writeFileSync(`${path}.map`, JSON.stringify(map));
  return path;
}

test('frames get their positions in the sources, and other lines are unchanged', () => {
  const path = script();
  const stack = [
    `TypeError: at ${path}:1:1 it broke`,
    `    at named [as other] (${path}:1:1)`,
    `    at async ${path}:1:9`,
    `    at ${path}:1:1`,
    '    at nowhere (/no/such/script.js:1:1)',
    '    at Promise.all (index 0)',
    '    at node:internal/process:1:1',
  ];
  expect(sourceStack(stack.join('\n')).split('\n')).toEqual([
    stack[0],
    '    at named [as other] (src/one.ts:3:1)',
    '    at async src/one.ts:3:1',
    '    at src/one.ts:3:1',
    ...stack.slice(4),
  ]);
});

test('a message that looks like many positions is processed in linear time', () => {
  const stack = `Error: ${'.js:0:0/'.repeat(500_000)}x\n    at ${'/'.repeat(500_000)}`;
  const started = processorTime();
  expect(sourceStack(stack)).toBe(stack);
  expect(processorTime() - started).toBeLessThan(5_000);
});
