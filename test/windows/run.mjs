// Runs the built program on Windows, or under Wine on another system.
//   npm run test:windows                all cases; --write updates the table in docs/trust.md
//   npm run test:windows -- --smoke     the shortest ones that cover everything that is specific to Windows
//   npm run test:windows -- serve       those whose title has the word
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { tableOf, writeTable } from '../trust-page.mjs';
import { CASES } from './cases.mjs';
import { Windows, windowsIsAvailable } from './wine.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { smoke: { type: 'boolean' }, write: { type: 'boolean' }, keep: { type: 'boolean' } },
});

if (!windowsIsAvailable({ install: true })) {
  console.log('Wine cannot be installed here: nothing was run on Windows');
  process.exit(0);
}
const chosen = CASES.filter(
  ({ what, smoke }) =>
    (values.smoke !== true || smoke === true) && positionals.every((word) => what.includes(word)),
);
const windows = Windows.make();
const results = [];
try {
  const version = await windows.version();
  console.log(version);
  for (const { what, run } of chosen) {
    const begun = performance.now();
    const failure = await run(windows).then(
      () => undefined,
      (error) => error,
    );
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    console.log(`${failure === undefined ? 'ok    ' : 'FAILED'} ${seconds.padStart(5)} s  ${what}`);
    if (failure !== undefined) console.log(failure.message);
    results.push([what, failure === undefined ? 'passed' : 'failed']);
    const state = join(windows.home, 'state');
    if (existsSync(state)) rmSync(state, { recursive: true, force: true });
  }
  if (values.write === true) {
    const table = tableOf(['case', 'result'], results);
    writeTable('windows', `\`npm run test:windows\`, ${version}:\n\n${table}`);
  }
} finally {
  if (values.keep === true) console.log(windows.folder);
  else await windows.close();
}
const failed = results.filter(([, result]) => result === 'failed').length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 && results.length > 0 ? 0 : 1;
