/** A page that is written by `npm run docs` from `source`, and says so. */
export function page(title: string, source: string, parts: readonly string[]): string {
  const note = `<!-- Made from ${source} by \`npm run docs\`; a test fails when the two differ. -->`;
  return `${[`# ${title}`, note, ...parts].join('\n\n')}\n`;
}

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => '---'), ...rows].map(line).join('\n');
}

const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
