import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };
import { BINARY, cleanEnvironment, type Ended, endOf } from '../support/binary.ts';

/** Every command line of docs/pipelines.md, as its system would run it, with `serve` as Graph. */
const PAGE = readFileSync(new URL('../../docs/pipelines.md', import.meta.url), 'utf8');
const A = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';

/** The blocks of one language, in their order. */
function blocks(language: string): readonly string[] {
  return [...PAGE.matchAll(/```(\w+)\n([\s\S]*?)```/g)]
    .filter(([, name]) => name === language)
    .map(([, , text = '']) => text);
}

/** The members of the documents of the page that are used here. */
interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>;
}
interface Pipeline {
  readonly steps: readonly {
    readonly script?: string;
    readonly inputs?: { readonly inlineScript?: string };
  }[];
}
interface CronJob {
  readonly spec: {
    readonly jobTemplate: {
      readonly spec: {
        readonly template: { readonly spec: { readonly containers: readonly { readonly args: string[] }[] } };
      };
    };
  };
}

const servers: ChildProcess[] = [];
let endpoint = '';

/** Starts `serve` and returns its URL. */
async function serve(...args: readonly string[]): Promise<string> {
  const server = spawn(process.execPath, [BINARY, 'serve', '-o', 'json', ...args], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  servers.push(server);
  for await (const line of createInterface({ input: server.stdout })) return JSON.parse(line).url;
  throw new Error('serve ended');
}

beforeAll(async () => {
  endpoint = await serve();
});

afterAll(() => {
  for (const server of servers) server.kill();
});

/** A machine of the pipeline: the program, and replacements for npm and docker, on the PATH; a folder to work in. */
class Machine {
  readonly folder = mkdtempSync(join(tmpdir(), 'graph-overview-pipeline-'));
  readonly installed = join(this.folder, 'installed');
  readonly env: Record<string, string>;

  constructor() {
    const bin = join(this.folder, 'bin');
    mkdirSync(bin);
    this.#program(bin, 'graph-overview', `exec '${process.execPath}' '${BINARY}' "$@"`);
    this.#program(bin, 'npm', `echo "$*" >> '${this.installed}'`);
    // All words before the image are for docker.
    this.#program(
      bin,
      'docker',
      `[ "$1" = run ] || exit 0\nwhile [ "$1" != graph-overview:${manifest.version} ]; do shift; done\nshift\nexec graph-overview "$@"`,
    );
    const clean = cleanEnvironment();
    this.env = {
      ...clean,
      PATH: `${bin}:${clean.PATH}`,
      HOME: this.folder,
      CI: 'true',
      GRAPH_OVERVIEW_ENDPOINT: endpoint,
      GITHUB_STEP_SUMMARY: this.file('summary.md'),
      BUILD_ARTIFACTSTAGINGDIRECTORY: this.folder,
    };
  }

  #program(bin: string, name: string, script: string): void {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.file(name), 'utf8');
  }

  /** Starts a script as every system of the page does: it ends at the first error. */
  start(script: string, env: Readonly<Record<string, string>> = {}): [ChildProcess, Promise<Ended>] {
    const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', script], {
      cwd: this.folder,
      env: { ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, which a signal can reach as a whole.
      detached: true,
    });
    return [child, endOf(child)];
  }

  /** Runs a script that must succeed. */
  async run(script: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const ended = await this.start(script, env)[1];
    expect([script, ended.code, ended.stderr]).toEqual([script, 0, ended.stderr]);
    expect(ended.stderr).not.toMatch(/^(error|warning)\b/m);
    return ended;
  }
}

const [statusWorkflow = '', applyWorkflow = '', azurePipeline = '', cronJob = ''] = blocks('yaml');
const runsOf = (text: string): readonly string[] =>
  Object.values((parse(text) as Workflow).jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));

/** The instructions of the Dockerfile, without comments and line continuations. */
const IMAGE = (blocks('dockerfile')[0] ?? '').replaceAll(/^#.*\n/gm, '').replaceAll(/\\\n\s*/g, '');
const instruction = (name: string): string => new RegExp(`^${name} (.*)$`, 'm').exec(IMAGE)?.[1] ?? '';

describe('the page about pipelines', () => {
  test('has the blocks that are run here, and no others', () => {
    const languages = [...PAGE.matchAll(/^```(\w+)$/gm)].map(([, name]) => name);
    expect(languages).toEqual(['yaml', 'yaml', 'yaml', 'dockerfile', 'sh', 'yaml', 'crontab']);
  });

  test('installs the version of the package', () => {
    const versions = [...PAGE.matchAll(/graph-overview[@:](\d\S*)/g)].map(([, version]) => version);
    expect(versions.length).toBeGreaterThanOrEqual(7);
    expect(new Set(versions)).toEqual(new Set([manifest.version]));
  });

  test('GitHub Actions: the summary has the table, and the report is written', async () => {
    const machine = new Machine();
    const scripts = runsOf(statusWorkflow);
    expect(scripts).toHaveLength(4);
    for (const script of scripts.slice(0, 3)) await machine.run(script);
    expect(machine.read('installed')).toBe(`install --global graph-overview@${manifest.version}\n`);
    expect(machine.read('summary.md')).toMatch(/^## More than 5 % .*\n[\s\S]*\| --- \|/);
    expect(machine.read('device-status.html')).toMatch(/^<!doctype html>/i);
  });

  test('GitHub Actions: each failed configuration has an annotation, and the step fails', async () => {
    const machine = new Machine();
    const script = runsOf(statusWorkflow)[3] ?? '';
    const counts = { pendingCount: 0, successCount: 1, errorCount: 0, failedCount: 3, conflictCount: 0 };
    const overview = { ...counts, notApplicableCount: 0, notApplicablePlatformCount: 0 };
    const bad = (id: string, displayName: string, failedCount: number) => ({
      deviceConfigurationId: id,
      displayName,
      '@odata.type': '#microsoft.graph.iosCustomConfiguration',
      overview: { ...overview, failedCount },
    });
    const holding = async (name: string, tenant: readonly unknown[]) => {
      writeFileSync(machine.file(name), JSON.stringify(tenant));
      return { GRAPH_OVERVIEW_ENDPOINT: await serve('--tenant', machine.file(name)) };
    };
    const fine = await holding('fine.json', [bad('three', 'Fine', 0)]);
    expect((await machine.run(script, fine)).stdout).toBe('');
    const tenant = [
      bad('one', 'A\n::error::forged', 3),
      bad('two', '100 % "sure"', 40),
      bad('three', 'Fine', 0),
    ];
    const ended = await machine.start(script, await holding('broken.json', tenant))[1];
    expect([ended.code, ended.stdout]).toEqual([
      12,
      '::error title=Device status::100 %25 "sure" (two): failed on 40 devices\n' +
        '::error title=Device status::A\\n::error::forged (one): failed on 3 devices\n',
    ]);
    expect(ended.stderr).toContain(
      'error: --fail-on: `failed gt 20%` holds for 2 of 2 configurations: the first is "100 % \\"sure\\"" (two)',
    );
  });

  test('GitHub Actions: the plan of one job is applied by the next', async () => {
    const machine = new Machine();
    writeFileSync(machine.file('overviews.csv'), `deviceConfigurationId,error\n${A},4711\n`);
    const [installs, plan = '', again, apply = '', , show = ''] = runsOf(applyWorkflow);
    expect(again).toBe(installs);
    await machine.run(plan);
    expect(JSON.parse(machine.read('plan.json')).rows).toHaveLength(1);
    await machine.run(apply);
    expect(JSON.parse(machine.read('rows.jsonl').split('\n')[0] ?? '').status).toBe('written');
    await machine.run(show);
    expect(machine.read('summary.md')).toContain(A);
  });

  test('GitHub Actions: an interrupted run is resumed by the next step', async () => {
    const machine = new Machine();
    const log = machine.file('requests.jsonl');
    const slow = {
      GRAPH_OVERVIEW_ENDPOINT: await serve('--configurations', '40', '--latency', '150ms', '--log', log),
    };
    const { stdout } = await machine.run('graph-overview list -o jsonl', slow);
    const ids = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).deviceConfigurationId);
    const rows = ids.map((id) => `${id},4711\n`).join('');
    writeFileSync(machine.file('overviews.csv'), `deviceConfigurationId,error\n${rows}`);
    const [, plan = '', , apply = '', resume = ''] = runsOf(applyWorkflow);
    await machine.run(plan, slow);
    const [child, ended] = machine.start(apply, slow);
    while (child.exitCode === null && !readFileSync(log, 'utf8').includes('PATCH'))
      await new Promise((go) => setTimeout(go, 10));
    process.kill(-(child.pid ?? Number.NaN), 'SIGINT');
    expect((await ended).code).toBe(130);
    await machine.run(resume, slow);
    const summary = JSON.parse(machine.read('resumed.jsonl').trimEnd().split('\n').at(-1) ?? '');
    expect(summary.written + summary.unchanged).toBe(40);
  });

  test('Azure Pipelines: the summary is uploaded from a file', async () => {
    const machine = new Machine();
    const { steps } = parse(azurePipeline) as Pipeline;
    const scripts = steps.flatMap(({ script, inputs }) => script ?? inputs?.inlineScript ?? []);
    expect(scripts).toHaveLength(2);
    const [, { stdout } = { stdout: '' }] = [
      await machine.run(scripts[0] ?? ''),
      await machine.run(scripts[1] ?? ''),
    ];
    expect(stdout).toBe(`##vso[task.uploadsummary]${machine.file('device-status.md')}\n`);
    expect(machine.read('device-status.md')).toContain('|');
  });

  test('the image has a pinned base, another user than root, and one writable folder', () => {
    expect(instruction('FROM')).toMatch(/^node:\d+\.\d+\.\d+-\S+$/);
    expect(instruction('USER')).toBe('1000');
    expect(instruction('VOLUME')).toBe('/state');
    expect(instruction('RUN')).toContain(' --owner=node --group=node /state');
    expect(JSON.parse(instruction('ENTRYPOINT'))).toEqual(Object.keys(manifest.bin));
  });

  test('the command of the image works with its environment, and writes only to the state folder', async () => {
    const machine = new Machine();
    const env = Object.fromEntries(
      [...instruction('ENV').matchAll(/(\w+)=(\S+)/g)].map(([, a = '', b = '']) => [a, b]),
    );
    expect(env).toEqual({ GRAPH_OVERVIEW_STATE: '/state', GRAPH_OVERVIEW_NO_INPUT: '1' });
    const inside = { ...env, HOME: '/no/home', GRAPH_OVERVIEW_STATE: machine.file('state') };
    await machine.run(blocks('sh')[0] ?? '', inside);
    expect(machine.read('failed.csv')).toMatch(/^deviceConfigurationId,/);
    const { stdout } = await machine.run(
      `graph-overview ${JSON.parse(instruction('CMD')).join(' ')}`,
      inside,
    );
    expect(stdout).toContain('Usage: graph-overview');
  });

  test('Kubernetes: the arguments of the job are a valid command', async () => {
    const machine = new Machine();
    const [container] = (parse(cronJob) as CronJob).spec.jobTemplate.spec.template.spec.containers;
    const words = (container?.args ?? []).map((word) => `'${word}'`).join(' ');
    const { stdout } = await machine.run(`graph-overview ${words}`, { HOME: '/no/home' });
    for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('overview');
  });

  test('cron: every line writes its file, and prints nothing', async () => {
    const machine = new Machine();
    const lines = (blocks('crontab')[0] ?? '').split('\n').filter((line) => line !== '');
    const commands = lines.filter((line) => /^\d/.test(line)).map((line) => line.replace(/^(\S+ +){5}/, ''));
    expect(commands).toHaveLength(2);
    for (const command of commands) {
      expect(command).not.toMatch(/(?<!\\)%/);
      const { stdout, stderr } = await machine.run(command.replaceAll('\\%', '%'));
      expect([stdout, stderr]).toEqual(['', '']);
    }
    expect(['device-status.html', 'failed.csv'].map((name) => existsSync(machine.file(name)))).toEqual([
      true,
      true,
    ]);
  });
});
