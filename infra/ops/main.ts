import { type CommandLine, runCommandLine } from './frame/command-line.ts';
import { refuseWithoutLanes } from './roles.ts';

/** Every command, loaded when it is asked for. */
const COMMANDS: CommandLine['commands'] = {
  adopt: () => import('./adopt.ts'),
  roster: () => import('./roster.ts'),
  held: () => import('./held.ts'),
  release: () => import('./release.ts'),
  reject: () => import('./reject.ts'),
  keep: () => import('./keep.ts'),
  end: () => import('./end.ts'),
  grant: () => import('./grant.ts'),
  revert: () => import('./revert.ts'),
  plan: () => import('./plan.ts'),
  arm: () => import('./arm.ts'),
  disarm: () => import('./disarm.ts'),
  stop: () => import('./stop.ts'),
  resume: () => import('./resume.ts'),
  show: () => import('./show.ts'),
  events: () => import('./events.ts'),
  review: () => import('./review/command.ts'),
  tail: () => import('./tail.ts'),
  dead: () => import('./dead.ts'),
  replay: () => import('./replay.ts'),
  alias: () => import('./alias.ts'),
  forget: () => import('./forget.ts'),
  probe: () => import('./probe.ts'),
  secret: () => import('./secret.ts'),
  doctor: () => import('./doctor.ts'),
  status: () => import('./status.ts'),
};

await runCommandLine(
  { script: 'ops', commands: COMMANDS, check: (typed, { config }) => refuseWithoutLanes(typed, config) },
  process.argv.slice(2),
);
