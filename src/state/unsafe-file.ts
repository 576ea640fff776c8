/** Why a file or folder of the state folder is not used. */
export class UnsafeFileError extends Error {
  constructor(path: string, why: string) {
    super(`${path} ${why}`);
    this.name = 'UnsafeFileError';
  }
}
