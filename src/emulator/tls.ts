import { EmulatorError } from './problem.ts';
import { readWholeFile } from './read-file.ts';

/**
 * The certificate and the key of a server, in PEM.
 * @throws an EmulatorError if a file cannot be read
 */
export async function readTls({
  certFile,
  keyFile,
}: {
  readonly certFile: string;
  readonly keyFile: string;
}): Promise<{ readonly cert: string; readonly key: string }> {
  const [cert, key] = [
    await readPem(certFile, '--cert', 'CERTIFICATE'),
    await readPem(keyFile, '--key', 'PRIVATE KEY'),
  ];
  return { cert, key };
}

async function readPem(path: string, flag: string, what: string): Promise<string> {
  const hint = `use a PEM file with "-----BEGIN ${what}-----" for ${flag}`;
  const bytes = await readWholeFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new EmulatorError(`${flag}: ${path} cannot be read (${error.code ?? String(error)})`, hint);
  });
  const text = bytes.toString('utf8');
  if (/-----BEGIN [A-Z ]+-----/.exec(text)?.[0].endsWith(`${what}-----`)) return text;
  throw new EmulatorError(`${flag}: ${path} does not contain a ${what.toLowerCase()} in PEM`, hint);
}
