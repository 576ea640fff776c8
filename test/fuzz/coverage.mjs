// The branches of the parsers that the fuzz tests reach, from the counters of Jest's coverage. V8's built-in
// coverage has no total: it reports a branch only if its count differs from that of the surrounding code.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { UNREACHED } from './unreached.mjs';

/** The sources that parse external input. */
const PARSERS = [
  'src/input/*.ts',
  'src/overview/{body,difference,id,instant,match-name,metadata,nearest-route,nearest-word,payload,reference,route,value}.ts',
  'src/overview/condition/*.ts',
  'src/runs/{journal-entries,journal-state,plan-file,read-record}.ts',
  'src/state/read-log.ts',
  'src/graph/{batch,body-buffer,challenge,content-coding,failure,page,pages,reason,retry-after}.ts',
  'src/graph/quota/record.ts',
  'src/sign-in/claims.ts',
  'src/report/read-listing.ts',
  'src/text/*.ts',
];

/** Arguments for Jest that count branches and write the counts to a folder. */
export function coverageArguments(folder) {
  return [
    ...[
      '--coverage',
      '--coverageProvider=babel',
      '--coverageReporters=json',
      `--coverageDirectory=${folder}`,
    ],
    ...PARSERS.map((pattern) => `--collectCoverageFrom=${pattern}`),
  ];
}

/** @returns for each source the number of its branches, and the lines of those that no case has reached */
export function readCoverage(file, root) {
  const counted = Object.entries(JSON.parse(readFileSync(file, 'utf8')));
  return counted
    .map(([path, counts]) => sourceOf(relative(root, path), readFileSync(path, 'utf8').split('\n'), counts))
    .filter(({ all }) => all > 0)
    .sort((one, other) => one.name.localeCompare(other.name));
}

function sourceOf(name, lines, { b: counters, branchMap }) {
  const branches = Object.entries(counters).flatMap(([id, counts]) =>
    counts.map((count, index) => ({
      count,
      // The missing `else` of an `if` has no location.
      line: branchMap[id].locations[index]?.start?.line ?? branchMap[id].loc.start.line,
    })),
  );
  const missed = branches.filter(({ count }) => count === 0).map(({ line }) => line);
  const unreached = [...new Set(missed)]
    .sort((one, other) => one - other)
    .map((line) => {
      const text = lines[line - 1].trim();
      const [, reason] = (UNREACHED[name] ?? []).find(([part]) => text.includes(part)) ?? [];
      return { line, text, reason };
    });
  return { name, all: branches.length, reached: branches.length - missed.length, unreached };
}
