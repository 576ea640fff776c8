import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/outcome/errors.ts';
import type { Place } from '../../src/service/overviews.ts';
import { addCheck, newTrack } from '../../src/service/track.ts';

const PLACE: Place = {
  configurationId: 'a',
  route: { via: 'direct', segments: [], certificateId: undefined, uncast: false },
};

describe('a track', () => {
  test('is empty before the first check', () => {
    expect(newTrack(PLACE)).toEqual({ place: PLACE, changed: [], history: [] });
  });

  test('has the first, the previous and the last overview, and the changes between them', () => {
    const reads = [{ failedCount: 3 }, { failedCount: 5 }, { failedCount: 4 }];
    const track = reads.reduce((before, read, at) => addCheck(before, read, at), newTrack(PLACE));
    expect(track).toMatchObject({
      first: reads[0],
      before: reads[1],
      overview: reads[2],
      readAt: 2,
      changed: ['failedCount'],
      lastChange: { at: 2, names: ['failedCount'] },
      history: reads,
    });
  });

  test('keeps its values if a check fails, with a gap in the history', () => {
    const read = addCheck(newTrack(PLACE), { failedCount: 3 }, 1);
    const failed = addCheck(read, new Failure('network', 'gone'), 2);
    expect(failed).toMatchObject({ overview: { failedCount: 3 }, readAt: 1, changed: [] });
    expect(failed.failure?.message).toBe('gone');
    const again = addCheck(failed, { failedCount: 3 }, 3);
    expect(again).toMatchObject({ failure: undefined, readAt: 3, changed: [], lastChange: undefined });
    expect(again.history).toEqual([{ failedCount: 3 }, undefined, { failedCount: 3 }]);
  });

  test('has equal overviews once, and at most as many checks as a screen can show', () => {
    let track = newTrack(PLACE);
    for (let check = 0; check < 1_000; check += 1) track = addCheck(track, { failedCount: 3 }, check);
    expect(track.history).toHaveLength(240);
    expect(new Set(track.history).size).toBe(1);
  });

  test('has equal overviews once across a failed check', () => {
    const read = addCheck(newTrack(PLACE), { failedCount: 3 }, 1);
    const failed = addCheck(read, new Failure('network', 'gone'), 2);
    const again = addCheck(failed, { failedCount: 3 }, 3);
    expect(again.history[2]).toBe(read.history[0]);
  });

  test('has at most as many failed checks as a screen can show, and the overview before them', () => {
    let track = addCheck(newTrack(PLACE), { failedCount: 3 }, 0);
    for (let check = 1; check <= 240; check += 1)
      track = addCheck(track, new Failure('network', 'gone'), check);
    expect(track.history).toEqual(Array.from({ length: 240 }, () => undefined));
    const again = addCheck(track, { failedCount: 3 }, 241);
    expect(again).toMatchObject({ first: { failedCount: 3 }, changed: [], lastChange: undefined });
    expect(again.history.at(-1)).toEqual({ failedCount: 3 });
  });
});
