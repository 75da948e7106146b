import { expect, test } from '@jest/globals';
import { classify, readBody, type BodyKind } from '../../../lib/http/classify.ts';

test.each<[number, BodyKind, string | undefined, string]>([
  [200, 'json', undefined, 'it is an answer'],
  [201, 'json', undefined, 'POST answers so'],
  [204, 'empty', undefined, 'DELETE answers so'],
  [200, 'empty', undefined, 'PATCH may answer so; who needs a body refuses it'],
  [200, 'other', 'BITSIGHT_UNEXPECTED_ANSWER', 'it was cut off'],
  [200, 'html', 'BITSIGHT_BLOCKED', 'a page is not from the API'],
  [202, 'json', 'BITSIGHT_SERVER', '"queued" is not done'],
  [302, 'empty', 'BITSIGHT_BLOCKED', 'redirects are not followed'],
  [307, 'json', 'BITSIGHT_BLOCKED', 'redirects are not followed'],
  [400, 'json', 'BITSIGHT_REFUSED', 'the answer to a duplicate address is not documented'],
  [400, 'html', 'BITSIGHT_BLOCKED', 'it was answered in front of the API'],
  [401, 'json', 'BITSIGHT_AUTHENTICATION', 'the token is not valid'],
  [401, 'html', 'BITSIGHT_AUTHENTICATION', 'the token may be renewed all the same'],
  [402, 'json', 'BITSIGHT_REFUSED', 'the page on status codes names it'],
  [403, 'json', 'BITSIGHT_PERMISSION_DENIED', 'the API says so in JSON'],
  [403, 'html', 'BITSIGHT_BLOCKED', 'Cloudflare answers so'],
  [403, 'empty', 'BITSIGHT_BLOCKED', 'the API would say why'],
  [404, 'json', 'BITSIGHT_NOT_FOUND', 'there is no such user'],
  [404, 'empty', 'BITSIGHT_NOT_FOUND', 'the body of a 404 is not documented'],
  [404, 'html', 'BITSIGHT_BLOCKED', 'a page proves no removal'],
  [405, 'json', 'BITSIGHT_REFUSED', 'the page on status codes names it'],
  [409, 'json', 'BITSIGHT_REFUSED', 'the page on status codes names it'],
  [413, 'empty', 'BITSIGHT_REFUSED', 'the page on status codes names it'],
  [422, 'json', 'BITSIGHT_REFUSED', 'the page on status codes names it'],
  [429, 'json', 'BITSIGHT_RATE_LIMITED', 'it asks to wait'],
  [429, 'html', 'BITSIGHT_RATE_LIMITED', 'whoever limits asks to wait'],
  [500, 'json', 'BITSIGHT_SERVER', 'it may have been carried out'],
  [500, 'empty', 'BITSIGHT_SERVER', 'it may have been carried out'],
  [502, 'html', 'BITSIGHT_BLOCKED', 'a proxy answers so'],
  [503, 'other', 'BITSIGHT_SERVER', 'it may have been carried out'],
  [520, 'html', 'BITSIGHT_SERVER', 'Cloudflare says that Bitsight failed'],
  [524, 'html', 'BITSIGHT_SERVER', 'Cloudflare says that Bitsight took too long'],
  [527, 'html', 'BITSIGHT_SERVER', 'Cloudflare says that Bitsight failed'],
  [528, 'html', 'BITSIGHT_BLOCKED', 'no page of Cloudflare has this status'],
])('%i with %s is %s, because %s', (status, body, expected) => {
  expect(classify(status, body)).toBe(expected);
});

test.each([
  ['application/json', '{"a":1}', { kind: 'json', value: { a: 1 } }],
  [null, ' [1]\n', { kind: 'json', value: [1] }],
  ['text/html', '{"a":1}', { kind: 'json', value: { a: 1 } }],
  ['application/json', '{"a":', { kind: 'other' }],
  ['application/json', '<html></html>', { kind: 'html' }],
  ['text/html; charset=utf-8', 'Access denied', { kind: 'html' }],
  ['text/plain', 'upstream connect error', { kind: 'other' }],
  ['application/json', ' \r\n', { kind: 'empty' }],
  [null, '', { kind: 'empty' }],
])('a body is what it is, whatever its header %j says: %j', (contentType, text, expected) => {
  expect(readBody(contentType, text)).toEqual(expected);
});
