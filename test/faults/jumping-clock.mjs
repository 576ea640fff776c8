// Loaded before the program (`--import`): its clock jumps forward and back by up to an hour, every 40 ms.
const real = Date.now;
const [seed, hour] = [Number(process.env.CLOCK_SEED ?? 1), 3_600_000];
let state = (seed % 2_147_483_646) + 1;
let offset = 0;
let next = 0;

Date.now = () => {
  const now = real();
  if (now >= next) {
    state = (state * 48_271) % 2_147_483_647;
    offset = Math.round((state / 2_147_483_647 - 0.5) * 2 * hour);
    next = now + 40;
  }
  return now + offset;
};
