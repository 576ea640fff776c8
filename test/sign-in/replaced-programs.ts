import { EventEmitter, once } from 'node:events';
import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';

/** The output of a program. */
export interface Printed {
  readonly stdout?: string;
  readonly stderr?: string;
}

type Callback = (error: Error | null, stdout: string, stderr: string) => void;

/**
 ** Replaces every program that the identity library starts in this process.
 * @param run called with the command line
 ** @returns a function that restores the programs
 */
export function replacePrograms(run: (line: string) => Printed | undefined): () => void {
  const programs = process.getBuiltinModule('node:child_process');
  const { exec, execFile, spawn } = programs;
  const answer = (line: string, callback: Callback): void => {
    const { stdout = '', stderr = '' } = run(line) ?? {};
    callback(null, stdout, stderr);
  };
  const start = (file: string, args: readonly string[]): object => {
    run([file, ...args].join(' '));
    return Object.assign(new EventEmitter(), { unref: () => undefined });
  };
  Object.assign(programs, {
    exec: (line: string, _: object, callback: Callback) => answer(line, callback),
    execFile: (file: string, args: readonly string[], _: object, callback: Callback) =>
      answer([file, ...args].join(' '), callback),
    spawn: start,
  });
  return () => void Object.assign(programs, { exec, execFile, spawn });
}

/** Follows the redirects from a URL, as a browser does. This process must trust the authority. */
export async function followRedirects(url: string): Promise<void> {
  const request = url.startsWith('https:') ? getHttps(url) : getHttp(url);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  answer.resume();
  const { location } = answer.headers;
  if (location !== undefined) await followRedirects(new URL(location, url).href);
}
