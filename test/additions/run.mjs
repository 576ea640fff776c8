// Checks that incomplete additions are detected: `npm run additions`, or `-- command` for those whose name contains
// the word. Each addition of additions.mjs is made in a copy of the tree, each time without one of its places, and a
// check must fail with a message that names the place; with all places every check passes, and the built program shows
// the addition.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ADDITIONS } from './additions.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The time-out of a check, in milliseconds. */
const LONGEST = 120_000;

const CHECKS = {
  types: ['run', '--silent', 'check:types'],
  unused: ['run', '--silent', 'check:unused'],
  build: ['run', '--silent', 'build'],
};

const copy = mkdtempSync(join(tmpdir(), 'graph-overview-additions-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
copyTree();

const [wanted = ''] = process.argv.slice(2);
const faults = [];
for (const addition of ADDITIONS.filter(({ what }) => what.includes(wanted))) {
  for (const place of addition.places) {
    const others = addition.places.filter((one) => one !== place);
    const { passed, output } = withEdits([...addition.first, ...others.flatMap(editsOf)], () =>
      check(place.check),
    );
    const detected = !passed && output.includes(place.names);
    result(detected, `${addition.what} without ${place.file}`, passed ? 'nothing noticed it' : output);
  }
  withEdits([...addition.first, ...addition.places.flatMap(editsOf)], () => {
    const all = new Map(
      [undefined, ['build'], ...addition.places.map((one) => one.check)].map((one) => [`${one}`, one]),
    );
    for (const [name, one] of all) {
      const { passed, output } = check(one);
      result(
        passed,
        `${addition.what}, whole: ${one === undefined ? 'types' : name.replaceAll(',', ' ')}`,
        output,
      );
    }
    for (const { args, text } of addition.shows) {
      const { output } = run(process.execPath, ['bin/graph-overview.js', ...args]);
      result(output.includes(text), `${addition.what} shows in ${args.join(' ')}`, output);
    }
  });
}
console.log(`${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;

function editsOf(place) {
  return [place, ...(place.with ?? [])];
}

function result(good, what, output) {
  console.log(`${good ? 'ok' : 'FAULT'}  ${what}`);
  if (good) return;
  faults.push(what);
  console.log(output.slice(0, 4_000));
}

function check([name = 'types', ...more] = []) {
  const jest = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
  ];
  return name === 'test' ? run(process.execPath, [...jest, '-w', '1', ...more]) : run('npm', CHECKS[name]);
}

function run(command, args) {
  const env = { ...process.env, GRAPH_OVERVIEW_STATE: join(copy, 'state') };
  const ended = spawnSync(command, args, { cwd: copy, env, encoding: 'utf8', timeout: LONGEST });
  return { passed: ended.status === 0, output: ended.stdout + ended.stderr };
}

/** Edits the copy, runs `work`, and restores the copy. */
function withEdits(edits, work) {
  const before = new Map();
  try {
    for (const edit of edits) {
      const path = join(copy, edit.file);
      if (!before.has(path)) before.set(path, existsSync(path) ? readFileSync(path, 'utf8') : undefined);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, edited(edit, before.get(path) === undefined ? '' : readFileSync(path, 'utf8')));
    }
    return work();
  } finally {
    for (const [path, text] of before) {
      if (text === undefined) rmSync(path);
      else writeFileSync(path, text);
    }
  }
}

function edited({ file, after, text }, before) {
  if (after === undefined) return text;
  const at = before.indexOf(after);
  if (at < 0) throw new Error(`additions.mjs: ${file} no longer has ${JSON.stringify(after)}`);
  return before.slice(0, at + after.length) + text + before.slice(at + after.length);
}

function copyTree() {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const name of listed.split('\0').filter((one) => one !== '' && existsSync(join(ROOT, one)))) {
    mkdirSync(dirname(join(copy, name)), { recursive: true });
    copyFileSync(join(ROOT, name), join(copy, name));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
}
