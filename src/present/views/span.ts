/** A duration: `4 s`, `12 min`, `3 h 5 min`; below a second in milliseconds. */
export function spanText(milliseconds: number): string {
  if (milliseconds > 0 && milliseconds < 1_000) return `${Math.ceil(milliseconds)} ms`;
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}

/** A time in the past: `just now`, `4 s ago`. @param milliseconds the time since then */
export function agoText(milliseconds: number): string {
  return milliseconds < 1_000 ? 'just now' : `${spanText(milliseconds)} ago`;
}
