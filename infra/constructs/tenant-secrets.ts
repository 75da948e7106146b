import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { MAIL_HASH_KEY } from '../../lib/config/index.ts';
import { secretPrefix } from '../names.ts';
import { keyOf } from './customer-key.ts';
import type { LifecycleFunction } from './lifecycle-function.ts';

export interface TenantSecretsProps {
  readonly tenant: string;
  /** Names as the configuration gives them. */
  readonly names: Iterable<string>;
}

/**
 * One secret a name, empty: its value is put in by a person and never passes through here. Only the key of the e-mail
 * hashes is generated; like the ledger, which is unreadable without it, it outlives the stack.
 */
export class TenantSecrets extends Construct {
  private readonly prefix: string;
  private readonly secrets = new Map<string, CfnSecret>();

  constructor(scope: Construct, id: string, { tenant, names }: TenantSecretsProps) {
    super(scope, id);
    this.prefix = secretPrefix(tenant);
    const kmsKeyId = keyOf(this)?.keyArn;
    // Not the Secret of the next level up: it would generate a value, and a generated signing secret looks like a real one.
    for (const name of names)
      this.secrets.set(
        name,
        new CfnSecret(this, name, { name: this.prefix + name, description: 'Set by a person.', kmsKeyId }),
      );
    const key = new CfnSecret(this, MAIL_HASH_KEY, {
      name: this.prefix + MAIL_HASH_KEY,
      description: 'Generated; never rotated: the e-mail aliases in the ledger rest on it.',
      kmsKeyId,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    key.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE); // kept by a first deployment that failed, its name would be taken
    this.secrets.set(MAIL_HASH_KEY, key);
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason:
        'The other side, Bitsight or the sender, issues the value, so a person rotates it; the key must never change.',
    });
  }

  grantRead(fn: LifecycleFunction, names: Iterable<string>): void {
    const arns = [...new Set(names)].map((name) => this.arnOf(name));
    if (arns.length > 0) fn.allow(['secretsmanager:GetSecretValue'], ...arns);
    fn.tell('SECRET_PREFIX', this.prefix);
  }

  /** When those that people put in were; not what they are. */
  grantAges(fn: LifecycleFunction): void {
    fn.allow(['secretsmanager:ListSecretVersionIds'], ...this.arnsOfPeople());
  }

  /** Of those that people put in. */
  arnsOfPeople(): string[] {
    return [...this.secrets].flatMap(([name, { ref }]) => (name === MAIL_HASH_KEY ? [] : [ref]));
  }

  /** @throws Error where the configuration has no such secret. */
  arnOf(name: string): string {
    const secret = this.secrets.get(name);
    if (secret === undefined) throw new Error(`no secret is called "${name}"`);
    return secret.ref;
  }
}
