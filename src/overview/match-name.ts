/** The id and the display name of a configuration. */
export interface Named {
  readonly id: string;
  readonly displayName: string;
}

/**
 * The configurations with a name; if there are none, those whose name differs only in letter case. Names are compared in
 * NFC, since keyboards and services use different forms of the same letter.
 */
export function matchName(name: string, all: readonly Named[]): readonly Named[] {
  const wanted = name.normalize('NFC');
  const exact = all.filter(({ displayName }) => displayName.normalize('NFC') === wanted);
  if (exact.length > 0) return exact;
  return all.filter(({ displayName }) => isNamed(name, displayName));
}

/** Whether a display name is equal to a name, ignoring letter case. */
export function isNamed(name: string, displayName: string): boolean {
  return folded(displayName) === folded(name);
}

/** The configurations whose name or id starts with a text, ignoring letter case. */
export function matchBeginning(beginning: string, all: readonly Named[]): readonly Named[] {
  const wanted = folded(beginning);
  return all.filter(
    ({ id, displayName }) => folded(displayName).startsWith(wanted) || folded(id).startsWith(wanted),
  );
}

/**
 * The configurations whose name is this one after a code page has replaced the letters that it lacks by `?`: `Ger?t` for
 * `Gerät`.
 */
export function matchDamaged(name: string, all: readonly Named[]): readonly Named[] {
  return all.filter(({ displayName }) =>
    (['NFC', 'NFD'] as const).some((form) => isDamagedFrom(name, displayName.normalize(form))),
  );
}

/** Whether each difference is a `?` or U+FFFD in place of a UTF-16 unit outside of ASCII. */
function isDamagedFrom(damaged: string, whole: string): boolean {
  if (damaged.length !== whole.length || damaged === whole) return false;
  return [...damaged.split('').keys()].every(
    (at) =>
      damaged[at] === whole[at] || (/[?\ufffd]/.test(damaged[at] as string) && whole.charCodeAt(at) > 0x7f),
  );
}

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
