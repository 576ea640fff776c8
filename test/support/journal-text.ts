import { crc32 } from 'node:zlib';

/** The text of a log of these groups of records, with checksums as on disk. */
export function journalText(groups: readonly (readonly unknown[])[]): string {
  let checksum = 0;
  return groups
    .flatMap((group) =>
      group.map((entry, index) => {
        const json = JSON.stringify(entry) ?? '{}';
        const more = `${json.length > 2 ? ',' : ''}"group":${group.length}`;
        const body = `${json.slice(0, -1)}${index === 0 ? more : ''}`;
        checksum = crc32(body, checksum);
        return `${body},"crc":"${checksum.toString(16).padStart(8, '0')}"}\n`;
      }),
    )
    .join('');
}
