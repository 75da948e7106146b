import type { TicketSystem } from '../../config/tickets.ts';
import { freshservice } from '../freshservice/answer.ts';
import { github } from '../github/answer.ts';
import { jira } from '../jira/answer.ts';
import { servicenow } from '../servicenow/answer.ts';
import { zendesk } from '../zendesk/answer.ts';
import type { TicketApi } from './api.ts';

/** Loaded only where a ticket is read or answered. */
export const SYSTEMS: Record<TicketSystem, TicketApi> = {
  jira,
  servicenow,
  zendesk,
  freshservice,
  github,
};
