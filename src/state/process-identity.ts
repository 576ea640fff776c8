import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Identifies a process among all processes of this host and of other hosts that share a folder with it. */
export interface ProcessIdentity {
  readonly host: string;
  /** Id of the boot of the host; empty if unknown. */
  readonly boot: string;
  /** Its process-id namespace, since containers have their own; empty if unknown. */
  readonly namespace: string;
  readonly pid: number;
  /** Start time of the process, since process ids are reused; empty if unknown. */
  readonly started: string;
}

/** This process. All members are known on Linux; host and id on other systems. */
export function ownIdentity(): ProcessIdentity {
  return { ...ownPlace(), pid: process.pid, started: statOf(process.pid)?.start ?? '' };
}

/** @returns undefined if the value is not an identity */
export function readIdentity(value: Readonly<Record<string, unknown>>): ProcessIdentity | undefined {
  const { host, boot, namespace, pid, started } = value;
  const texts = [host, boot, namespace, started].every((one) => typeof one === 'string');
  return texts && Number.isSafeInteger(pid) && (pid as number) > 0
    ? ({ host, boot, namespace, pid, started } as ProcessIdentity)
    : undefined;
}

/**
 * Whether a process is still running: `unknown` if it belongs to another host, to another boot, or to another process
 * namespace, whose ids have no meaning here.
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
  // A zombie, which is common in containers, still has its id.
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

/** Linux: state and start time of a process, fields 3 and 22, after the name in parentheses. */
function statOf(pid: number): { readonly state: string; readonly start: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(') ') + 2).split(' ');
    return { state: fields[0] ?? '', start: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
