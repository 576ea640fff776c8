import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Authority } from '../authority/authority.ts';
import { BINARY, type Ended, runBinary } from '../support/binary.ts';
import { type Run, runMain } from '../support/run-main.ts';

export const TENANT = '7a6f2c1e-3f57-4d0c-9f0e-5b1d6a2c8e90';
export const WRITE = 'DeviceManagementConfiguration.ReadWrite.All';
export const READ = 'DeviceManagementConfiguration.Read.All';

export function folderFor(what: string): string {
  return mkdtempSync(join(tmpdir(), `graph-overview-${what}-`));
}

/** An environment that trusts the authority and signs in there, without any credential. */
export function environmentOf(authority: Authority, home = folderFor('home')): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    GRAPH_OVERVIEW_STATE: join(home, 'state'),
    NODE_EXTRA_CA_CERTS: authority.caFile,
    AZURE_AUTHORITY_HOST: authority.url,
  };
}

/** Runs the program in this process, at the present time. The caller must trust the root of the authority. */
export function runHere(
  args: readonly string[],
  { env }: { readonly env: Record<string, string> },
): Promise<Run> {
  return runMain(args, { env, now: Date.now() });
}

export interface StrictGraph {
  readonly url: string;
  close(): Promise<void>;
}

/** The mock Graph as a process that checks permissions. */
export async function servePermissions(home = folderFor('serve')): Promise<StrictGraph> {
  const env = { PATH: process.env.PATH ?? '', HOME: home };
  const child = spawn(process.execPath, [BINARY, 'serve', '--require-permission', '-o', 'json'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve) => child.stdout.setEncoding('utf8').once('data', resolve));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return {
    url: JSON.parse(line).url,
    close() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

type PatchWith = (
  auth: string,
  graph: StrictGraph,
  env: Record<string, string>,
  ...more: string[]
) => Promise<Ended>;

const patching =
  (
    run: (args: readonly string[], options: { readonly env: Record<string, string> }) => Promise<Ended>,
  ): PatchWith =>
  (auth, graph, env, ...more) => {
    const id = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
    const args = ['patch', id, '--pending', '5', '--auth', auth, '--endpoint', graph.url, '-o', 'json'];
    return run([...args, ...more], { env });
  };

/** Patches one overview of the mock Graph with a credential, in another process. */
export const patchWith = patching(runBinary);

/** The same in this process, which must trust the root of the authority. */
export const patchHere = patching(runHere);

export function errorOf({ stderr }: Ended): Record<string, unknown> {
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error;
}
