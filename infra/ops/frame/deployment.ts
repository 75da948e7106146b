import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { clientSettings } from '../../../lib/aws/clients.ts';
import { orFailure } from '../../../lib/aws/failure.ts';

/** What AWS says of a deployed stack. Every failure is AWS_UNAVAILABLE. */
export interface Deployment {
  /** The texts of its alarms that are raised now. */
  alarms(): Promise<string[]>;
  /** The hash of the configuration it was deployed with; undefined: of a version that did not tell. */
  configHash(): Promise<string | undefined>;
}

export function createDeployment(stack: string, region: string): Deployment {
  const settings = { ...clientSettings(), region };
  return {
    async alarms() {
      const cloudwatch = new CloudWatchClient(settings);
      const texts: string[] = [];
      let NextToken: string | undefined;
      do {
        const asked = { AlarmNamePrefix: `${stack}-`, StateValue: 'ALARM', NextToken } as const;
        const page = await asking('alarms', () => cloudwatch.send(new DescribeAlarmsCommand(asked)));
        texts.push(
          ...(page.MetricAlarms ?? []).map(({ AlarmDescription, AlarmName }) => AlarmDescription ?? `${AlarmName}`),
        );
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return texts;
    },
    async configHash() {
      const formation = new CloudFormationClient(settings);
      const { Stacks = [] } = await asking('stack', () =>
        formation.send(new DescribeStacksCommand({ StackName: stack })),
      );
      return Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'ConfigHash')?.OutputValue;
    },
  };
}

const asking = <T>(what: string, ask: () => Promise<T>): Promise<T> =>
  orFailure('AWS_UNAVAILABLE', `Asking AWS for the ${what}`, ask);
