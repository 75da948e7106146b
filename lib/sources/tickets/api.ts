import type { AnsweredSource } from '../../config/sources.ts';
import type { JsonRequest } from '../json-call.ts';

export type Answering = AnsweredSource['answer'];
type Request = Omit<JsonRequest, 'headers' | 'body'> & { json?: unknown };
/** One request to the ticket system; resolves to the JSON of its answer, undefined: 404. */
export type TicketCall = (request: Request) => Promise<unknown>;

/** How one system is asked about a ticket and told something on it. */
export interface TicketApi {
  /** The `Authorization` of every request. */
  authorization: (credential: string) => string;
  /** All that an approval may be read in; undefined: there is no such ticket. */
  states: (call: TicketCall, ticket: string, settings: Answering) => Promise<string[] | undefined>;
  /** The texts of its comments, the latest first; at least those since `since`, epoch milliseconds. */
  comments: (call: TicketCall, ticket: string, settings: Answering, since: number) => Promise<string[]>;
  /** Undefined: there is no such ticket. */
  comment: (call: TicketCall, ticket: string, settings: Answering, text: string) => Promise<unknown>;
  /** False: that is not offered. */
  move: (call: TicketCall, ticket: string, settings: Answering, to: string) => Promise<unknown>;
}

export const basic = (credential: string): string => `Basic ${Buffer.from(credential).toString('base64')}`;

export const sameName = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
