import type { Metafile } from 'esbuild';

/** The package that a file belongs to; `own`: none. */
export function packageOf(path: string): string {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'own';
}

/** Kilobytes of each package in a bundle, the largest first. */
export function kilobytesByPackage({ outputs }: Metafile): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs)))
    sizes.set(packageOf(path), (sizes.get(packageOf(path)) ?? 0) + bytesInOutput / 1000);
  return new Map([...sizes].sort(([, a], [, b]) => b - a));
}
