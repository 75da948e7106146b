/** A name as it may be shown to anybody: of a field, a role, a status. What does not look like one is not shown. */
export function nameOf(text: string): string {
  return /^[A-Za-z][A-Za-z0-9_. -]{0,39}$/.test(text.trim()) ? text.trim() : '(a name not shown)';
}

/** The letters of a text as `a`, its digits as `9`: how a time is written, not which one. */
export function patternOf(text: string): string {
  return text
    .slice(0, 40)
    .replaceAll(/\d/g, '9')
    .replaceAll(/(?![TZ](?![a-zA-Z]))\p{L}/gu, 'a')
    .replaceAll(/[^\da-zA-Z:.,+ /-]/gu, '?');
}

/** What a body is made of, without what stands in it. */
export function shapeOf(value: unknown, depth = 3): string {
  if (value === undefined) return 'no JSON';
  if (value === null) return 'null';
  if (typeof value === 'string') return 'text';
  if (typeof value !== 'object') return typeof value;
  if (depth === 0) return Array.isArray(value) ? '[…]' : '{…}';
  if (Array.isArray(value))
    return `[${[...new Set(value.map((one) => shapeOf(one, depth - 1)))].slice(0, 3).join(' or ')}]`;
  const entries = Object.entries(value);
  const shown = entries.slice(0, 8).map(([key, inner]) => `${nameOf(key)}: ${shapeOf(inner, depth - 1)}`);
  return `{${[...shown, ...(entries.length > shown.length ? ['…'] : [])].join(', ')}}`;
}
