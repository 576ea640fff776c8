import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Desk, isHere, setUpDesk, typeAndWatch, typeInto, type UnixShell } from './terminal.ts';

const RUN = '20260102-030405-7f3a1b2c';
const WIFI = 'microsoft.graph.windowsWifiEnterpriseEAPConfiguration';

const NAMES = [
  ['5a3b1c00-0b1e-4d5a-9c3e-000000000002', 'Corporate Wi-Fi (Windows)'],
  ['a', 'Anna\'s "$HOME" & more; 100% `x` *'],
  ['b', 'Team: A; B'],
  ['c', 'Team: [A] C'],
  ['d', 'iPhone – Einschränkungen für Außendienst'],
  ['e', 'iPhone – VPN'],
];

/** A line with tabs, and the expected words of the program. The text after the last tab shows whether a space was added. */
const LINES: readonly (readonly [typed: string, words: readonly string[]])[] = [
  ['graph-overview pat\tx', ['patch', 'x']],
  ['graph-overview runs sh\tx', ['runs', 'show', 'x']],
  ['graph-overview completion fi\t', ['completion', 'fish']],
  // Flags, except those that are present and cannot be repeated.
  ['graph-overview patch x --not-applicable-p\t3', ['patch', 'x', '--not-applicable-platform', '3']],
  ['graph-overview list --output json --o\tX', ['list', '--output', 'json', '--oX']],
  ['graph-overview list -o json --o\tX', ['list', '-o', 'json', '--oX']],
  ['graph-overview serve --fault 429:1 --fau\treset:1', ['serve', '--fault', '429:1', '--fault', 'reset:1']],
  ['graph-overview get -- --l\tX', ['get', '--', '--lX']],
  // Values of flags, in each form.
  ['graph-overview list -o ya\tx', ['list', '-o', 'yaml', 'x']],
  ['graph-overview list -oya\tx', ['list', '-oyaml', 'x']],
  ['graph-overview list --output=ya\tx', ['list', '--output=yaml', 'x']],
  ['graph-overview list --cloud us\t', ['list', '--cloud', 'usgov']],
  ['graph-overview list --auth managed\t', ['list', '--auth', 'managed-identity']],
  ['graph-overview list --api-version v\t', ['list', '--api-version', 'v1.0']],
  ['graph-overview list --color al\t', ['list', '--color', 'always']],
  ['graph-overview serve --ignore-writes ke\t', ['serve', '--ignore-writes', 'keep']],
  // Routes: by name, and by path one segment at a time; no space if the path continues.
  ['graph-overview get x --via ios\t', ['get', 'x', '--via', 'ios-scep']],
  [
    'graph-overview get x --via microsoft.g\twindowsWifiE\tidentity\t',
    ['get', 'x', '--via', `${WIFI}/identityCertificateForClientAuthentication`],
  ],
  [
    'graph-overview get x --via=microsoft.g\twindowsWifiE\trootCertificatesF\t\ty',
    ['get', 'x', `--via=${WIFI}/rootCertificatesForServerValidation/{id}`, 'y'],
  ],
  // Runs.
  ['graph-overview undo 2026\t--yes', ['undo', RUN, '--yes']],
  ['graph-overview runs show 2026\t', ['runs', 'show', RUN]],
  ['graph-overview apply --resume 2026\t', ['apply', '--resume', RUN]],
  // Configurations by the names that a listing has stored, quoted for each shell.
  ['graph-overview get --local Corp\tx', ['get', '--local', 'Corporate Wi-Fi (Windows)', 'x']],
  ["graph-overview get --local 'Corp\tx", ['get', '--local', 'Corporate Wi-Fi (Windows)', 'x']],
  ['graph-overview get --local "Corp\tx', ['get', '--local', 'Corporate Wi-Fi (Windows)', 'x']],
  ['graph-overview watch --local Anna\tx', ['watch', '--local', 'Anna\'s "$HOME" & more; 100% `x` *', 'x']],
  ['graph-overview get --local Team\tA\t', ['get', '--local', 'Team: A; B']],
  ['graph-overview get --local iPh\tE\t', ['get', '--local', 'iPhone – Einschränkungen für Außendienst']],
  ['graph-overview routes --local --for Corp\t', ['routes', '--local', '--for', 'Corporate Wi-Fi (Windows)']],
  ['graph-overview get --local 5a3b1c00\tx', ['get', '--local', '5a3b1c00-0b1e-4d5a-9c3e-000000000002', 'x']],
  // Keys, columns and conditions.
  ['graph-overview list --sort -fai\tx', ['list', '--sort', '-failed', 'x']],
  ['graph-overview list --sort -failed,na\tx', ['list', '--sort', '-failed,name', 'x']],
  ['graph-overview list --columns name,last\tx', ['list', '--columns', 'name,last-update', 'x']],
  ['graph-overview list --where "fai\tg\tt 5\t', ['list', '--where', 'failed gt 5%']],
  ["graph-overview list --where 'last\tlt -7\t", ['list', '--where', 'last-update lt -7d']],
  // Files, with a space in the name; no files after a flag that accepts none.
  ['graph-overview apply over\t--yes', ['apply', 'overviews.csv', '--yes']],
  ['graph-overview patch x --body my\t--diff', ['patch', 'x', '--body', 'my body.json', '--diff']],
  ['graph-overview patch x --body=my\t--diff', ['patch', 'x', '--body=my body.json', '--diff']],
  ['graph-overview apply --plan over\t', ['apply', '--plan', 'overviews.csv']],
  ['graph-overview serve --state over\t', ['serve', '--state', 'overviews.csv']],
  ['graph-overview serve --log over\t', ['serve', '--log', 'overviews.csv']],
  ['graph-overview runs --journal over\tmy\t', ['runs', '--journal', 'overviews.csv', 'my body.json']],
  ['graph-overview list --tenant over\tX', ['list', '--tenant', 'overX']],
  // Quotes, colons, spaces, and other parts of a line.
  ["graph-overview get 'a b' --via 'wifi-eap-r\ty", ['get', 'a b', '--via', 'wifi-eap-root', 'y']],
  ['graph-overview get "a\\"b" --via "wp81-v\ty', ['get', 'a"b', '--via', 'wp81-vpn', 'y']],
  ['graph-overview get a\\ b --via andr\tc\t', ['get', 'a b', '--via', 'android-cert']],
  [
    'graph-overview list --endpoint http://127.0.0.1:80\t -o ya\t',
    ['list', '--endpoint', 'http://127.0.0.1:80', '-o', 'yaml'],
  ],
  ['true | graph-overview apply - --dry\t', ['apply', '-', '--dry-run']],
  ['true; GRAPH_OVERVIEW_LOCAL=1 graph-overview pat\t', ['patch']],
  ['graph-overview list < over\t', ['list']],
];

describe.each(['bash', 'zsh', 'fish'] as const)('%s', (shell: UnixShell) => {
  const missing = ['script', shell].filter((program) => !isHere(program));
  if (missing.length > 0) {
    test.skip(`is not tested: ${missing.join(' and ')} is not installed`, () => undefined);
    return;
  }
  let desk: Desk;
  let got: readonly string[];

  beforeAll(async () => {
    desk = setUpDesk();
    createFiles(desk);
    got = await typeInto(
      shell,
      LINES.map(([typed]) => typed),
      desk,
    );
  }, 120_000);

  test.each(LINES.map(([typed, words], index) => [typed.replaceAll('\t', '⇥'), words, index] as const))(
    'completes %s',
    (_, words, index) => {
      expect(got[index]).toBe(words.map((word) => `<${word}>`).join(''));
    },
  );

  if (shell !== 'bash') {
    test('shows descriptions of the candidates', async () => {
      const line = 'graph-overview patch x --ver';
      // fish shows no list on a terminal without cursor control, but prints it on request.
      const typed = shell === 'fish' ? `complete --do-complete '${line}'` : `${line}\t\t`;
      const screen = await typeAndWatch(shell, [typed], desk);
      expect(screen).toContain('Read back after writing');
      expect(screen).toContain('a line for each request');
    });
  }
});

/** Creates a run, and files, one with a space in its name. */
function createFiles({ folder }: Desk): void {
  const runs = join(folder, 'state', 'runs');
  mkdirSync(runs, { recursive: true });
  writeFileSync(join(runs, `${RUN}.jsonl`), '');
  const names = join(folder, 'state', 'names');
  mkdirSync(names, { mode: 0o700 });
  writeFileSync(
    // The beginning of the SHA-256 of `local`, and of the empty string.
    join(names, '25bf8e1a2393f110-e3b0c44298fc1c14.json'),
    JSON.stringify({ graph: 'local', tenant: null, asked: null, names: NAMES }),
    { mode: 0o600 },
  );
  writeFileSync(join(folder, 'overviews.csv'), '');
  writeFileSync(join(folder, 'my body.json'), '');
}
