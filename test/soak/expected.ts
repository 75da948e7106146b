/** What has to happen at least once in a few hundred histories: who never sees a fault proves nothing about it. */
const EXPECTED: readonly string[] = [];

/** What was expected and never happened. */
export function never(counts: Readonly<Record<string, number>>): string[] {
  return EXPECTED.filter((what) => (counts[what] ?? 0) === 0);
}

/** How often what happened, zeros included. */
export function tableOf(counts: Readonly<Record<string, number>>): string {
  const names = [...new Set([...Object.keys(counts), ...EXPECTED])].sort();
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name) => `${name.padEnd(width)} ${String(counts[name] ?? 0).padStart(9)}`).join('\n');
}
