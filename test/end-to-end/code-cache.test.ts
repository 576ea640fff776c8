import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { cleanEnvironment } from '../support/binary.ts';
import { folderFor } from './sign-in-fixture.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { version: VERSION } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const CHANGED = VERSION.replaceAll(/\d/g, '9');
const folder = folderFor('code-cache');
const watcher = join(folder, 'watcher.cjs');
const notes = join(folder, 'notes.json');

/** What V8 was given for a script, and what it said. */
interface Compiled {
  readonly script: string;
  readonly given: boolean;
  readonly rejected?: boolean;
}

beforeAll(() => {
  for (const name of ['bin', 'dist']) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  // Loaded before the program: notes what becomes of each script.
  writeFileSync(
    watcher,
    `const vm = require('node:vm');
const compiled = [];
vm.Script = class extends vm.Script {
  constructor(code, options) {
    super(code, options);
    const script = require('node:path').basename(options.filename);
    compiled.push({ script, given: options.cachedData !== undefined, rejected: this.cachedDataRejected });
  }
};
process.on('exit', () => {
  require('node:fs').writeFileSync(${JSON.stringify(notes)}, JSON.stringify(compiled));
  if (process.env.CHANGE_FLAGS) require('node:v8').setFlagsFromString(process.env.CHANGE_FLAGS);
});`,
  );
});

let env: Record<string, string>;
let caches: string;

beforeEach(() => {
  env = cleanEnvironment();
  caches = join(env.HOME ?? '', 'caches');
  env.XDG_CACHE_HOME = caches;
});

function run(args: readonly string[], more: Record<string, string> = {}, home = folder) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--require', watcher, join(home, 'bin/graph-overview.js'), ...args],
    { env: { ...env, ...more }, encoding: 'utf8' },
  );
  const compiled: Compiled[] = JSON.parse(readFileSync(notes, 'utf8'));
  return { status, stdout, stderr, compiled };
}

/** The folder with the compiled code; there must be one. */
function cache(): string {
  const [name] = readdirSync(join(caches, 'graph-overview'));
  expect(name).toBeDefined();
  return join(caches, 'graph-overview', name ?? '');
}

describe('compiled code of an earlier run', () => {
  test.each([[['--version']], [['--help']], [['routes']], [['get', '--nope']]])(
    'is accepted for every script: %j',
    (args) => {
      const first = run(args);
      expect(first.compiled.length).toBeGreaterThan(0);
      expect(first.compiled.filter(({ given }) => given)).toEqual([]);
      const second = run(args);
      expect(second.compiled).toEqual(
        first.compiled.map(({ script }) => ({ script, given: true, rejected: false })),
      );
      expect([second.status, second.stdout, second.stderr]).toEqual([
        first.status,
        first.stdout,
        first.stderr,
      ]);
    },
  );

  test('grows with each kind of call, and is then left alone', () => {
    const size = (): number => readFileSync(join(cache(), 'main.js')).byteLength;
    run(['--version']);
    const before = size();
    run(['--help']);
    const after = size();
    expect(after).toBeGreaterThan(before);
    utimesSync(join(cache(), 'main.js'), 1, 1);
    run(['--help']);
    run(['--version']);
    expect(statSync(join(cache(), 'main.js')).mtimeMs).toBe(1_000);
  });

  test('is left alone by another installation of the same build', () => {
    const other = join(folder, 'other');
    for (const name of ['bin', 'dist']) cpSync(join(ROOT, name), join(other, name), { recursive: true });
    run(['--version']);
    run(['--version'], {}, other);
    for (const home of [folder, other]) {
      expect(run(['--version'], {}, home).compiled).toEqual([
        { script: 'main.js', given: true, rejected: false },
      ]);
    }
  });

  test('is not used for a script that changed, and the change holds', () => {
    run(['--version']);
    const main = join(folder, 'dist/main.js');
    const text = readFileSync(main, 'utf8');
    try {
      // As long as before: V8 alone would take the old code for it.
      writeFileSync(main, text.replaceAll(`"${VERSION}"`, `"${CHANGED}"`));
      const { stdout, compiled } = run(['--version']);
      expect(compiled).toEqual([{ script: 'main.js', given: false }]);
      expect(stdout).toBe(`${CHANGED}\n`);
    } finally {
      writeFileSync(main, text);
    }
  });

  test('is not used where it is damaged, and made anew', () => {
    run(['--version']);
    const file = join(cache(), 'main.js');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.byteLength / 2));
    expect(run(['--version'])).toMatchObject({ status: 0, compiled: [{ given: true, rejected: true }] });
    expect(run(['--version'])).toMatchObject({ status: 0, compiled: [{ given: true, rejected: false }] });
  });

  test('is not used where others can write it', () => {
    run(['--version']);
    chmodSync(join(cache(), 'main.js'), 0o666);
    expect(run(['--version']).compiled).toEqual([{ script: 'main.js', given: false }]);
  });

  const asRoot = process.geteuid?.() === 0 ? test : test.skip;
  asRoot('is not used where it belongs to another user', () => {
    run(['--version']);
    chownSync(join(cache(), 'main.js'), 12_345, 12_345);
    expect(run(['--version']).compiled).toEqual([{ script: 'main.js', given: false }]);
  });
});

describe('compiled code is not written', () => {
  test('into a folder that others can write', () => {
    mkdirSync(join(caches, 'graph-overview'), { recursive: true });
    chmodSync(join(caches, 'graph-overview'), 0o777);
    expect(run(['--version']).status).toBe(0);
    expect(
      readdirSync(join(caches, 'graph-overview'), { recursive: true }).filter((name) =>
        /js/.test(String(name)),
      ),
    ).toEqual([]);
  });

  test('where Node’s own switch says so', () => {
    expect(run(['--version'], { NODE_DISABLE_COMPILE_CACHE: '1' }).status).toBe(0);
    expect(existsSync(caches)).toBe(false);
  });

  test('under flags of V8 that were changed on the way: the next run would refuse it', () => {
    expect(run(['--version'], { CHANGE_FLAGS: '--optimize-for-size' }).status).toBe(0);
    expect(existsSync(caches)).toBe(false);
  });

  test('and is not needed, where there is no place for it', () => {
    writeFileSync(caches, 'a file');
    expect(run(['--version'])).toMatchObject({ status: 0, stdout: `${VERSION}\n`, stderr: '' });
    expect(run(['--version'], { XDG_CACHE_HOME: 'relative' })).toMatchObject({ status: 0, stderr: '' });
  });
});
