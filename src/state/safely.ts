import { constants } from 'node:fs';

/**
 * With these flags of `node:fs`, opening follows no link and does not wait for the other end of a pipe. O_NOFOLLOW is
 * undefined on Windows, where neither links by others nor modes are what they are here.
 */
export const SAFELY = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
