// Makes the pictures of this folder: runs commands on the mock Graph in a real terminal (tmux) with 120, 80 and 50 columns,
// and converts the screen to SVG.
//   node docs/screens/make.mjs
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { svgOf } from './svg.mjs';

const binary = fileURLToPath(new URL('../../bin/graph-overview.js', import.meta.url));
const CERTIFICATE = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const WIFI = '5a3b1c00-0b1e-4d5a-9c3e-000000000002';
const BASELINE = '5a3b1c00-0b1e-4d5a-9c3e-000000000013';

/** The command line, commands that run meanwhile, and the text that shows that the screen is complete. */
const SCREENS = {
  list: { line: 'list --sort -failed --top 10 --local', rows: 24, until: /of 39 configurations/ },
  get: { line: `get ${CERTIFICATE} --local`, until: /Overview id/ },
  diff: {
    line: `patch ${CERTIFICATE} --success 4790 --error 40 --failed 19 --diff --local`,
    until: /changed: /,
  },
  tenant: {
    line: 'watch --interval 1s --local',
    rows: 24,
    meanwhile: [`patch ${WIFI} --failed 31 --error 12 --local -o none -q`],
    until: /\+27 31/,
  },
  watch: {
    line: `watch ${CERTIFICATE} ${BASELINE} --interval 1s --local`,
    meanwhile: [
      [180, 4843],
      [151, 4872],
      [96, 4927],
    ].map(
      ([pending, success]) =>
        `patch ${CERTIFICATE} --pending ${pending} --success ${success} --local -o none -q`,
    ),
    until: /4,927/,
  },
  apply: {
    before: {
      'overviews.csv': `deviceConfigurationId,via,pending,failed\n${CERTIFICATE},,12,11\n${BASELINE},,371,41\n${WIFI},wifi-eap,3,0\n`,
    },
    line: 'apply overviews.csv --local',
    question: /\[y\/N\]/,
    until: /\d\.\d s$/m,
  },
};

for (const [name, screen] of Object.entries(SCREENS)) {
  if (process.argv.length > 2 && !process.argv.includes(name)) continue;
  for (const columns of [120, 80, 50]) {
    const text = await shown(screen, columns);
    const file = fileURLToPath(new URL(`${name}-${columns}.svg`, import.meta.url));
    writeFileSync(file, svgOf(`$ graph-overview ${screen.line}`, text, columns));
    console.log(`${name} at ${columns} columns`);
  }
}

/** Runs one command in its own terminal. @returns its screen, with colours as escape sequences */
async function shown({ line, rows = 60, before = {}, meanwhile = [], question, until }, columns) {
  const folder = mkdtempSync(join(tmpdir(), 'graph-overview-screens-'));
  const socket = join(folder, 'tmux');
  const bin = join(folder, 'bin');
  const env = {
    ...process.env,
    GRAPH_OVERVIEW_STATE: join(folder, 'state'),
    PATH: `${bin}:${process.env.PATH}`,
    TERM: 'xterm-256color',
    LC_ALL: 'C.UTF-8',
  };
  const tmux = (...args) =>
    execFileSync('tmux', ['-u', '-f', '/dev/null', '-S', socket, ...args], {
      env,
      encoding: 'utf8',
      cwd: folder,
    });
  const capture = () => tmux('capture-pane', '-p', '-e', '-t', 'main');
  const seen = async (pattern) => {
    for (let tries = 0; tries < 300; tries += 1) {
      const text = capture();
      if (pattern.test(plain(text))) return text;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${line} at ${columns} columns never showed ${pattern}:\n${plain(capture())}`);
  };
  try {
    mkdirSync(bin);
    writeFileSync(join(bin, 'graph-overview'), `#!/bin/sh\nexec '${process.execPath}' '${binary}' "$@"\n`, {
      mode: 0o755,
    });
    for (const [file, content] of Object.entries(before)) writeFileSync(join(folder, file), content);
    tmux(
      'new-session',
      '-d',
      '-s',
      'main',
      '-x',
      String(columns),
      '-y',
      String(rows),
      `graph-overview ${line}; sleep 60`,
    );
    if (question !== undefined) {
      await seen(question);
      tmux('send-keys', '-t', 'main', 'y', 'Enter');
    }
    for (const other of meanwhile) {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      execFileSync('sh', ['-c', `graph-overview ${other}`], { env });
    }
    return await seen(until);
  } finally {
    tmux('kill-server');
    rmSync(folder, { recursive: true, force: true });
  }
}

function plain(text) {
  return text.replaceAll(/\u001b\[[\d;]*m/g, '');
}
