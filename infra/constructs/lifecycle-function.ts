import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import * as z from 'zod';
import { RETENTION } from '../../lib/retention.ts';
import { FUNCTION_LIMITS } from '../function-limits.ts';
import { bundling, CONFIG_FILE, ROOT } from './bundling.ts';
import { keyOf, permission } from './customer-key.ts';
import { FunctionAlarms, type FunctionAlarmsProps } from './function-alarms.ts';

export interface LifecycleFunctionProps extends Omit<FunctionAlarmsProps, 'fn'> {
  /** Of functions/<name>/env.ts: what it requires must be set, by the grants, when the stack is synthesized. */
  readonly environment: z.ZodObject;
  /** Path of the canonical configuration; it is put beside the bundle of a function that asks for CONFIG_FILE. */
  readonly configFile: string;
  /** The file of the function that is bundled, without its ending. @default index */
  readonly entry?: string;
  /** @default 512 */
  readonly memoryMb?: number;
}

/** One of functions/: bundled, with a role of its own that can nothing but what it was granted, logs and alarms. */
export class LifecycleFunction extends Construct {
  readonly fn: NodejsFunction;
  readonly name: string;
  private readonly variables = new Set<string>();

  constructor(scope: Construct, id: string, props: LifecycleFunctionProps) {
    super(scope, id);
    const { name, environment, configFile, entry = 'index', memoryMb = 512 } = props;
    const readsConfig = 'CONFIG_FILE' in environment.shape;
    const logGroup = new LogGroup(this, 'Logs', {
      encryptionKey: keyOf(this),
      retention: RETENTION.log.days,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.name = name;
    this.fn = new NodejsFunction(this, 'Function', {
      entry: `${ROOT}functions/${name}/${entry}.ts`,
      projectRoot: ROOT,
      depsLockFilePath: `${ROOT}package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(FUNCTION_LIMITS[name].timeoutSeconds),
      memorySize: memoryMb,
      role,
      logGroup,
      awsSdkConnectionReuse: false, // v3 does so by itself; left on, it would add a variable
      bundling: bundling(readsConfig ? configFile : undefined),
    });
    if (readsConfig) this.tell('CONFIG_FILE', CONFIG_FILE);
    this.node.addValidation({ validate: () => this.wrongVariables(environment.shape) });
    new FunctionAlarms(this, 'Alarms', { ...props, fn: this.fn });
  }

  /** Permission for exactly these actions, of one service, on exactly these resources. */
  allow(actions: string[], ...resources: string[]): this {
    for (const statement of permission(this, { actions, resources })) this.fn.addToRolePolicy(statement);
    return this;
  }

  /** Sets a variable of the environment. */
  tell(name: string, value: string): this {
    this.variables.add(name);
    this.fn.addEnvironment(name, value);
    return this;
  }

  private wrongVariables(shape: Readonly<z.ZodRawShape>): string[] {
    const required = new Set(
      Object.entries(shape).flatMap(([key, type]) => (z.safeParse(type, undefined).success ? [] : [key])),
    );
    const missing = [...required.difference(this.variables)];
    const unknown = [...this.variables].filter((key) => !(key in shape));
    return [
      ...missing.map((key) => `functions/${this.name} requires ${key}, which no grant sets`),
      ...unknown.map((key) => `functions/${this.name} is given ${key}, which its env.ts does not know`),
    ];
  }
}
