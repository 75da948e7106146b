/** An error as the AWS SDK reads it: `type` becomes the name of what it throws. */
export class Fault extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}
