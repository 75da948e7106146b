import { JMESPathError, search } from '@aws-lambda-powertools/jmespath';
import { unreadable } from '../../webhooks/json.ts';

/**
 * What an expression finds: undefined where it finds nothing. JMESPath itself says null both for what was not sent and
 * for what was sent as null; a plain path (`worker.email`) is followed once more to tell them apart.
 *
 * @throws AppError REQUEST_UNREADABLE naming `at` and the expression, never what was sent.
 */
export function find(expression: string, data: unknown, at: string): unknown {
  return evaluate(expression, data, at) ?? (isSentAsNull(expression, data) ? null : undefined);
}

function evaluate(expression: string, data: unknown, at: string): unknown {
  try {
    return searched(expression, data);
  } catch (cause) {
    throw unreadable(`${named(at, expression)}: ${reasonOf(cause)}.`);
  }
}

/** What is wrong with the grammar of an expression; what else is wrong shows where it meets a body. */
export function syntaxProblem(expression: string): string | undefined {
  try {
    searched(expression, null);
  } catch (cause) {
    if (cause instanceof Error && GRAMMAR.has(cause.name)) return reasonOf(cause);
  }
  return undefined;
}

const GRAMMAR = new Set(['LexerError', 'ParseError', 'IncompleteExpressionError', 'EmptyExpressionError']);

/** The blank keeps names such as `toString` away from the cache of the parser. */
function searched(expression: string, data: unknown): unknown {
  return search(`${expression} `, data as Parameters<typeof search>[1]); // -- any value that a body can hold
}

/** What the language says of arguments are their types; the error itself holds their values. */
function reasonOf(cause: unknown): string {
  return cause instanceof JMESPathError ? cause.message.replace(/ in expression: .*$/s, '') : 'it fails';
}

const NAME = String.raw`(?:[A-Za-z_]\w*|"[^"\\]*")`;
const PATH = new RegExp(String.raw`^${NAME}(?:\.${NAME}|\[\d+\])*$`);

function isSentAsNull(expression: string, data: unknown): boolean {
  if (!PATH.test(expression)) return false;
  const keys = (expression.match(/\w+|"[^"]*"/g) ?? []).map((key) => key.replaceAll('"', ''));
  let value = data;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Record<string, unknown>)[key]; // -- an object or a list that has the key
  }
  return value === null;
}

/** A setting and the expression in it, as errors name them. */
export function named(at: string, expression: string): string {
  return `${at} (${expression})`;
}
