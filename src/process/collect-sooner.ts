import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 collect garbage sooner: a third less memory for a fifth more time, which only large input needs. It stays so
 * until the process ends.
 */
export function collectSooner(): void {
  setFlagsFromString('--optimize-for-size');
}
