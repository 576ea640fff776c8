// Compares random sequences of runs, kills, damage, resumes, undos and writes by other clients with a model of the tenant.
//   npm run model                        5,000 of them; --write updates the table in docs/trust.md
//   npm run model -- --sequences 100 --seed 7
//   npm run model -- --planted           the same with planted defects, one after another; each must be found
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'rolldown';
import { tableOf, writeTable } from '../trust-page.mjs';
import { PLANTED } from './planted.mjs';

const { values } = parseArgs({
  options: {
    sequences: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '20260102' },
    planted: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const root = fileURLToPath(new URL('../..', import.meta.url));
// In memory if there is such a folder: each sequence waits for the disk about fifty times.
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'graph-overview-model-'));
try {
  process.exitCode = values.planted ? await findPlanted() : await search();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function search() {
  const { count, violation, tally } = await run(await bundle('program', []));
  const table = tableOf(['action', 'count', 'lost'], rowsOf(count, tally));
  console.log(table);
  if (violation !== undefined) {
    console.log(`\n${violation}`);
    return 1;
  }
  if (values.write) writeTable('model', `\`npm run model\`, Node ${process.version}:\n\n${table}`);
  return 0;
}

function rowsOf(count, tally) {
  return [
    ['sequences', count.toLocaleString('en'), 'nothing'],
    ...Object.entries(tally).map(([what, times]) => [what, times.toLocaleString('en'), 'nothing']),
  ];
}

async function findPlanted() {
  const rows = [];
  for (const { name, edits } of PLANTED) {
    const { count, violation } = await run(await bundle(`planted-${rows.length}`, edits));
    rows.push([name, violation === undefined ? `not in ${count}` : `in sequence ${count}`]);
    console.log(`${rows.at(-1).join(': ')}${violation === undefined ? '' : ` (${violation})`}`);
  }
  const table = tableOf(['planted defect', 'found'], rows);
  if (values.write)
    writeTable('planted', `\`npm run model -- --planted\`, Node ${process.version}:\n\n${table}`);
  return rows.some(([, found]) => found.startsWith('not')) ? 1 : 0;
}

/** @returns the number of sequences, and the violation of the last one */
async function run(file) {
  const { newTally, runSequence } = await import(pathToFileURL(file).href);
  const tally = newTally();
  const most = Number(values.sequences);
  for (let index = 0; index < most; index += 1) {
    const seed = Number(values.seed) + index;
    const state = join(folder, `state-${index}`);
    mkdirSync(state);
    try {
      await runSequence(seed, state, tally);
    } catch (error) {
      return { count: index + 1, violation: `seed ${seed}: ${error.message.split('\n')[0]}`, tally };
    } finally {
      rmSync(state, { recursive: true, force: true });
    }
  }
  return { count: most, violation: undefined, tally };
}

/** Bundles the sequences with the program after these edits. */
async function bundle(name, edits) {
  const left = new Set(edits);
  const file = join(folder, `${name}.mjs`);
  await build({
    cwd: root,
    input: 'test/model/sequence.ts',
    platform: 'node',
    plugins: [
      {
        name: 'plant',
        transform(code, id) {
          let text = code;
          for (const edit of edits.filter(({ path }) => id.endsWith(path))) {
            if (!text.includes(edit.from)) throw new Error(`${edit.path} no longer holds ${edit.from}`);
            text = text.replace(edit.from, edit.to);
            left.delete(edit);
          }
          return text === code ? null : text;
        },
      },
    ],
    output: { file, format: 'esm', codeSplitting: false },
    logLevel: 'silent',
  });
  if (left.size > 0) throw new Error(`there is no ${[...left].map(({ path }) => path).join(', ')}`);
  return file;
}
