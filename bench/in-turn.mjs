// Whole processes, measured in turn, so that what the machine does meanwhile meets all of them alike.
import { spawn } from 'node:child_process';

/**
 * Runs each contender once a round; the first round only warms the caches.
 * @param contenders `{ name: { command, args, code } }`; `code` is the exit code it must have (nought)
 * @returns `{ name: milliseconds[] }`
 */
export async function inTurn(contenders, rounds, env) {
  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = -2; round < rounds; round += 1) {
    for (const [name, { command, args, code = 0 }] of Object.entries(contenders)) {
      const started = performance.now();
      const ended = await endOf(command, args, env);
      if (ended !== code) throw new Error(`${name} ended with ${ended}`);
      if (round >= 0) times[name].push(performance.now() - started);
    }
  }
  return times;
}

function endOf(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore'], env });
    child.on('error', reject);
    child.on('close', resolve);
  });
}

/** The median of one contender's time over another's, round by round. */
export function ratio(times, name, base) {
  return median(times[name].map((time, round) => time / times[base][round]));
}

export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}
