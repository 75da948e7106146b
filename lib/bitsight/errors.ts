import { AppError, type ErrorCode } from '../errors.ts';

/** A call to Bitsight that failed. Holds method, path and status: never a body, header, token, guid or e-mail. */
export class BitsightError extends AppError {
  readonly method: string;
  /** With `{guid}` in place of a guid, without a query. */
  readonly path: string;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    where: { method: string; path: string; status?: number | undefined; retryAfterMs?: number | undefined },
  ) {
    const { method, path, status, retryAfterMs } = where;
    super(code, `${method} ${path}: ${message}`, retryAfterMs === undefined ? {} : { retryAfterMs });
    this.method = method;
    this.path = path;
    this.status = status;
  }
}
