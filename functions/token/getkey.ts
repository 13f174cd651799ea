import middy from '@middy/core';
import { issueToken, principalOf } from '../idempotency/entries/main.ts';
import { type HttpEvent, type HttpResult, json } from '../shared/http.ts';
import { httpShell } from '../shared/http-shell.ts';
import { recordStore } from '../shared/record-store.ts';

const ttlSeconds = 300;

const getTokenKey = async (event: HttpEvent): Promise<HttpResult> => {
  const token = await issueToken(recordStore, { scope: principalOf(event), ttlSeconds });
  return json(200, { token, expiresInSeconds: ttlSeconds });
};

export const handler = middy(getTokenKey).use(httpShell());
