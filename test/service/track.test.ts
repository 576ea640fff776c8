import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/outcome/errors.ts';
import type { Place } from '../../src/service/overviews.ts';
import { addCheck, newTrack } from '../../src/service/track.ts';

const PLACE: Place = {
  configurationId: 'a',
  route: { via: 'direct', segments: [], certificateId: undefined, uncast: false },
};

describe('a track', () => {
  test('knows nothing before the first look', () => {
    expect(newTrack(PLACE)).toEqual({ place: PLACE, changed: [], history: [] });
  });

  test('knows the first, the one before and the last, and what changed between them', () => {
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

  test('keeps what it knew where a look fails, and leaves a gap', () => {
    const read = addCheck(newTrack(PLACE), { failedCount: 3 }, 1);
    const failed = addCheck(read, new Failure('network', 'gone'), 2);
    expect(failed).toMatchObject({ overview: { failedCount: 3 }, readAt: 1, changed: [] });
    expect(failed.failure?.message).toBe('gone');
    const again = addCheck(failed, { failedCount: 3 }, 3);
    expect(again).toMatchObject({ failure: undefined, readAt: 3, changed: [], lastChange: undefined });
    expect(again.history).toEqual([{ failedCount: 3 }, undefined, { failedCount: 3 }]);
  });

  test('holds the same overview once, and no more looks than a screen could show', () => {
    let track = newTrack(PLACE);
    for (let look = 0; look < 1_000; look += 1) track = addCheck(track, { failedCount: 3 }, look);
    expect(track.history).toHaveLength(240);
    expect(new Set(track.history).size).toBe(1);
  });

  test('holds the same overview once across a look that failed', () => {
    const read = addCheck(newTrack(PLACE), { failedCount: 3 }, 1);
    const failed = addCheck(read, new Failure('network', 'gone'), 2);
    const again = addCheck(failed, { failedCount: 3 }, 3);
    expect(again.history[2]).toBe(read.history[0]);
  });

  test('holds no more failed looks than a screen could show, and what it read before them', () => {
    let track = addCheck(newTrack(PLACE), { failedCount: 3 }, 0);
    for (let look = 1; look <= 240; look += 1) track = addCheck(track, new Failure('network', 'gone'), look);
    expect(track.history).toEqual(Array.from({ length: 240 }, () => undefined));
    const again = addCheck(track, { failedCount: 3 }, 241);
    expect(again).toMatchObject({ first: { failedCount: 3 }, changed: [], lastChange: undefined });
    expect(again.history.at(-1)).toEqual({ failedCount: 3 });
  });
});
