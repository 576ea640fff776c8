import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What tells one process from every other one, on this machine and on others that share a folder with it. */
export interface ProcessIdentity {
  readonly host: string;
  /** Of the start of the machine; empty where the system does not tell. */
  readonly boot: string;
  /** In which process ids are told apart, as containers have their own; empty where the system does not tell. */
  readonly namespace: string;
  readonly pid: number;
  /** Of the process: ids are used again. Empty where the system does not tell. */
  readonly started: string;
}

/** This process. Linux tells all of it, other systems the host and the id. */
export function ownIdentity(): ProcessIdentity {
  return { ...ownPlace(), pid: process.pid, started: statOf(process.pid)?.start ?? '' };
}

/** @returns undefined where it is none */
export function readIdentity(value: Readonly<Record<string, unknown>>): ProcessIdentity | undefined {
  const { host, boot, namespace, pid, started } = value;
  const texts = [host, boot, namespace, started].every((one) => typeof one === 'string');
  return texts && Number.isSafeInteger(pid) && (pid as number) > 0
    ? ({ host, boot, namespace, pid, started } as ProcessIdentity)
    : undefined;
}

/**
 * Whether a process still runs: `unknown` where it is one of another host, of another start of this one, or of another
 * process namespace, whose ids say nothing here.
 */
export function isAlive({ host, boot, namespace, pid, started }: ProcessIdentity): boolean | 'unknown' {
  const own = ownPlace();
  if (host !== own.host || boot !== own.boot || namespace !== own.namespace) return 'unknown';
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = statOf(pid);
  // One that ended and that nobody has waited for, as happens in containers, still has its id.
  if (now?.state === 'Z') return false;
  return started === '' || now === undefined || now.start === started;
}

let place: Pick<ProcessIdentity, 'host' | 'boot' | 'namespace'> | undefined;

function ownPlace(): Pick<ProcessIdentity, 'host' | 'boot' | 'namespace'> {
  place ??= {
    host: hostname(),
    boot: orEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespace: orEmpty(() => readlinkSync('/proc/self/ns/pid')),
  };
  return place;
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

/** Linux: the state, and the start of the process: the 3rd and the 22nd field, after the name in brackets. */
function statOf(pid: number): { readonly state: string; readonly start: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(') ') + 2).split(' ');
    return { state: fields[0] ?? '', start: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
