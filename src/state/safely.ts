import { constants } from 'node:fs';

/**
 * Flags of `node:fs` with which opening fails for a link and does not wait for the other end of a pipe. They do not exist on
 * Windows, where the access list of the user's folder protects files.
 */
export const SAFELY = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
