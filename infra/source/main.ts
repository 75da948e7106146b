import { runCommandLine } from '../ops/frame/command-line.ts';

await runCommandLine(
  {
    script: 'source',
    commands: {
      list: () => import('./list.ts'),
      check: () => import('./check.ts'),
      send: () => import('./send.ts'),
      secret: () => import('./secret.ts'),
      assigned: () => import('./assigned.ts'),
    },
  },
  process.argv.slice(2),
);
