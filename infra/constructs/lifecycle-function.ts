import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import { FUNCTION_LIMITS, type FunctionName } from '../function-limits.ts';
import type { AlarmTopic } from './alarm-topic.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const CONFIG_FILE = 'lifecycle.json';

export interface LifecycleFunctionProps {
  /** The folder below functions/. */
  readonly name: FunctionName;
  /** Of functions/<name>/env.ts: what it requires must be set, by the grants, when the stack is synthesized. */
  readonly environment: z.ZodObject;
  /** Path of the canonical configuration; it is put beside the bundle of a function that asks for CONFIG_FILE. */
  readonly configFile: string;
  readonly memoryMb: number;
  /** How often the platform repeats an asynchronous invocation that failed. @default - as the platform does: twice */
  readonly retryAttempts?: number;
  /** An alarm is raised when it was not invoked for so long. @default - it is invoked when there is something to do */
  readonly expectedWithin?: Duration;
  /** What an error means for the people outside. */
  readonly errorImpact: string;
  readonly alarms: AlarmTopic;
}

/** One of functions/: bundled, with a role of its own that can nothing but what it was granted, logs and alarms. */
export class LifecycleFunction extends Construct {
  readonly fn: NodejsFunction;
  readonly name: FunctionName;
  private readonly variables = new Set<string>();

  constructor(scope: Construct, id: string, props: LifecycleFunctionProps) {
    super(scope, id);
    const { name, environment, configFile, memoryMb, retryAttempts } = props;
    const withConfig = 'CONFIG_FILE' in environment.shape;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.name = name;
    this.fn = new NodejsFunction(this, 'Function', {
      entry: `${root}functions/${name}/index.ts`,
      projectRoot: root,
      depsLockFilePath: `${root}package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(FUNCTION_LIMITS[name].timeoutSeconds),
      memorySize: memoryMb,
      retryAttempts,
      role,
      logGroup,
      awsSdkConnectionReuse: false, // v3 does so by itself; left on, it would add a variable
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        mainFields: ['module', 'main'],
        minify: true,
        logLevel: LogLevel.WARNING,
        bundleAwsSDK: true,
        commandHooks: {
          beforeBundling: () => [],
          beforeInstall: () => [],
          afterBundling: (_, output) => (withConfig ? [`cp "${configFile}" "${output}/${CONFIG_FILE}"`] : []),
        },
      },
    });
    if (withConfig) this.tell('CONFIG_FILE', CONFIG_FILE);
    this.node.addValidation({ validate: () => this.wrongVariables(environment) });
    this.addAlarms(props);
  }

  /** Permission for exactly these actions on exactly these resources. */
  allow(actions: string[], ...resources: string[]): this {
    this.fn.addToRolePolicy(new PolicyStatement({ actions, resources }));
    return this;
  }

  /** Sets a variable of the environment. */
  tell(name: string, value: string): this {
    this.variables.add(name);
    this.fn.addEnvironment(name, value);
    return this;
  }

  private wrongVariables(environment: z.ZodObject): string[] {
    const required = Object.keys(environment.shape).filter(
      (key) => !environment.shape[key]?.safeParse(undefined).success,
    );
    const missing = required.filter((key) => !this.variables.has(key));
    const unknown = [...this.variables].filter((key) => !(key in environment.shape));
    return [
      ...missing.map((key) => `functions/${this.name} requires ${key}, which no grant sets`),
      ...unknown.map((key) => `functions/${this.name} is given ${key}, which its env.ts does not know`),
    ];
  }

  private addAlarms({ name, alarms, errorImpact, expectedWithin }: LifecycleFunctionProps): void {
    const period = Duration.minutes(5);
    const metric = { period, statistic: 'Sum' };
    alarms.addAlarm(this, `${name}-errors`, { impact: errorImpact, metric: this.fn.metricErrors(metric) });
    alarms.addAlarm(this, `${name}-throttled`, {
      impact: `The account has no room to run ${name}; its work is late.`,
      metric: this.fn.metricThrottles(metric),
    });
    if (expectedWithin === undefined) return;
    const every = Duration.minutes(Math.min(60, expectedWithin.toMinutes()));
    alarms.addAlarm(this, `${name}-missing`, {
      impact: `${name} did not run when it should have. ${errorImpact}`,
      metric: this.fn.metricInvocations({ period: every, statistic: 'Sum' }),
      periods: Math.ceil(expectedWithin.toMinutes() / every.toMinutes()),
      whenMissing: true,
    });
  }
}
