import type { ParseArgsOptionsConfig } from 'node:util';
import type { Target, TargetOptions } from './target.ts';

/** The two kinds of options: one that takes a text, and one that stands alone. */
export const TEXT = { type: 'string' } as const;
export const FLAG = { type: 'boolean' } as const;

/** What a command shows: `text` for people, `data` for `--json`. Exit code 0, 3 where it found something to be done. */
export interface Report {
  text: string;
  data: unknown;
  attention?: boolean;
}

export interface Given {
  /** What stands behind the command's name. */
  args: string[];
  options: Record<string, string | boolean | undefined>;
  /**
   * Shows what is about to happen and waits until the person has typed `word`, or `--yes <word>` did.
   *
   * @throws AppError NOT_CONFIRMED
   */
  confirm(what: string, word: string): Promise<void>;
  /** What a person types without echo, or the first line of a pipe; empty where nobody types anything. */
  hidden(question: string): Promise<string>;
}

/** One operator's command; `npm run ops -- <name>`. */
export interface Command {
  /** One line for the list of commands. */
  summary: string;
  /** What stands behind the name, such as `<batch> [--until <date>]`. */
  usage: string;
  /** Further lines for `--help`. */
  help?: string;
  options?: ParseArgsOptionsConfig;
  run(target: Target, given: Given): Promise<Report>;
}

/** A command that needs no running system, and opens one by itself where it is to work on one. */
export type Standalone = Omit<Command, 'run'> & { runAlone(where: TargetOptions, given: Given): Promise<Report> };
