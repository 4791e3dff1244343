// SPDX-License-Identifier: Apache-2.0
// Fuzzy ranking of the command palette's entries.

export interface Command {
  kind: string;
  label: string;
  run: () => void;
}

/** A trace id in any of the accepted spellings, or null. */
export function traceIdOf(text: string): string | null {
  const id = text.trim();
  return /^[0-9a-f]{32}$/i.test(id) || /^1-[0-9a-f]{8}-[0-9a-f]{24}$/i.test(id)
    ? id.toLowerCase()
    : null;
}

/** The uuid of an error's occurrence, or null. */
export function uuidOf(text: string): string | null {
  const id = text.trim().toLowerCase();
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : null;
}

/**
 * How well `query`'s letters appear in `label` in order; higher is better, null is no match. Letters
 * in a row and at the starts of words count more.
 */
export function fuzzyScore(label: string, query: string): number | null {
  const text = label.toLowerCase();
  let score = 0;
  let from = 0;
  let previous = -2;
  for (const letter of query.toLowerCase()) {
    if (letter === ' ') continue;
    const at = text.indexOf(letter, from);
    if (at < 0) return null;
    if (at === previous + 1) score += 3;
    if (at === 0 || /[\s._/-]/.test(text[at - 1] ?? '')) score += 2;
    score -= (at - from) * 0.1;
    previous = at;
    from = at + 1;
  }
  return score - text.length * 0.01;
}

/** `>` narrows to actions, `@` to services. */
export function rankCommands(commands: Command[], text: string): Command[] {
  const prefix = /^\s*([>@])/.exec(text)?.[1];
  const wantedKind = prefix === '>' ? 'Action' : prefix === '@' ? 'Service' : null;
  const query = text.replace(/^\s*[>@]/, '').trim();
  return commands
    .filter((command) => !wantedKind || command.kind === wantedKind)
    .map((command) => ({ command, score: fuzzyScore(command.label, query) }))
    .filter((entry): entry is { command: Command; score: number } => entry.score !== null)
    .sort((a, b) => (query ? b.score - a.score : 0))
    .map((entry) => entry.command);
}
