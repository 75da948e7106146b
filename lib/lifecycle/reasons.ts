/** Why something was done or left alone; stable codes, with the sentence for people. */
export const REASONS = {
  RULE: 'a rule of the access policy grants it',
  DECIDED: 'it was decided for this person alone',
  LEFT: 'employment ended',
  ON_LEAVE: 'on leave of absence',
  BACK: 'back from leave with the access of before',
  NO_RULE: 'no rule gives access',
  NOT_YET: 'the first day lies ahead',
  AS_IS: 'Bitsight already agrees',
  ALREADY_GONE: 'there is no account',
  OVERTAKEN: 'a later event says otherwise',
  SEEN_BEFORE: 'the same delivery was taken before',
  ADOPTED: 'the account existed before; role and group stay as they were granted',
} as const;
export type Reason = keyof typeof REASONS;

/** Why something waits for a person, with what that person can do. */
export const HELD = {
  MISSING: 'the named attributes are not known; they are taken up as soon as a source says them',
  NOT_IN_HR:
    'the HR system of the named source knows nobody under the id it sent; correct the record there, or end them: npm run ops -- end',
  NO_FETCH:
    'the named source says only that something changed, and sources.<id>.fetch says no way to ask what; give it one, and send the event anew',
  EMAIL_REUSED:
    'the e-mail address belongs to another person in the ledger; decide whose it is, with npm run ops -- alias free',
  TWO_ACCOUNTS: 'Bitsight shows more than one account for this person; remove or rename one there',
  PROTECTED: 'the account is protected by the configuration; change it by hand or take it off the list',
  OWN_TOKEN: 'the account is the one whose API token this software uses; give it another token, or change it by hand',
  LAST_ADMIN: 'nobody else would be an active Admin in Bitsight; make somebody an Admin, then send the event anew',
  API_TOKEN: 'the account is a company API token and not a person; change it by hand',
  DEACTIVATED:
    'the account is deactivated; activate it in Bitsight, since by API it is done only where npm run ops -- probe --write proved it and HR calls the person employed',
  POLICY_CONFLICT: 'the named rules give different roles; make one of them narrower',
  OFFBOARDING_NOT_CHOSEN: 'choose offboarding.mode in the configuration',
  GROUP_UNKNOWN: 'Bitsight has no group, or more than one, of the named name; correct the configuration or the group',
  FUSE_BLOWN:
    'more changes of this kind than its budget allows; the named batch waits until somebody approves or rejects it',
  BATCH_REJECTED: 'a person rejected this change with the named batch; it is planned anew when that decision is over',
  OLD_END:
    'only now a source says an end that lies further back than offboarding.oldestEndDays, as of somebody who came back; send the newer hire, or end them: npm run ops -- end',
  SEVERAL_ROLES: 'back from leave, but the API gives one role at a time; give the named ones back in Bitsight',
  NOT_ARMED: 'this kind of change is only planned until it is armed',
  TICKET_NOT_APPROVED:
    'the named ticket is not approved any more, or is gone; nothing is left of its request, approve it anew if it still holds',
  REFUSED: 'Bitsight refused the request; see the status in the log of this person',
  READBACK_DIFFERS: 'after the change Bitsight still shows other values in the named fields; look at them in Bitsight',
  SAME_ID_OTHER_BODY: 'a delivery came again under the same id with another body; ask the sender which is true',
  REPEATED_BODY:
    'a delivery without an id came again after other news, and its HR system cannot be asked; send it anew with an id or a time, or decide by hand',
} as const;
export type HeldCode = keyof typeof HELD;
