import { readFileSync } from 'node:fs';

/** Sends a PATCH for each row of the file given on the command line, 16 at a time. Exit code 1 if one of them fails. */
export async function patchAll(patch) {
  const [file, endpoint] = process.argv.slice(2);
  const [, ...rows] = readFileSync(file, 'utf8').trim().split('\n');
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let row = rows.pop(); row !== undefined; row = rows.pop()) {
        const [id, count] = row.split(',');
        const url = `${endpoint}/beta/deviceManagement/deviceConfigurations/${id}/deviceStatusOverview`;
        if (!(await patch(url, JSON.stringify({ pendingCount: Number(count) })))) process.exitCode = 1;
      }
    }),
  );
}
