import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { clientSettings } from '../../../lib/aws/clients.ts';
import { orFailure } from '../../../lib/aws/failure.ts';
import { describeStack } from './stack.ts';

/** What AWS says of a deployed stack. Every failure is AWS_UNAVAILABLE. */
export interface Deployment {
  /** The texts of its alarms that are raised now. */
  alarms(): Promise<string[]>;
  /** The hash of the configuration it was deployed with; undefined: of a version that did not tell. */
  configHash(): Promise<string | undefined>;
}

export function createDeployment(stack: string, region: string): Deployment {
  return {
    async alarms() {
      const cloudwatch = new CloudWatchClient({ ...clientSettings(), region });
      const texts: string[] = [];
      let NextToken: string | undefined;
      do {
        const asked = { AlarmNamePrefix: `${stack}-`, StateValue: 'ALARM', NextToken } as const;
        const page = await orFailure('AWS_UNAVAILABLE', 'Asking AWS for the alarms', () =>
          cloudwatch.send(new DescribeAlarmsCommand(asked)),
        );
        texts.push(
          ...(page.MetricAlarms ?? []).map(({ AlarmDescription, AlarmName }) => AlarmDescription ?? `${AlarmName}`),
        );
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return texts;
    },
    async configHash() {
      const { Outputs = [] } = (await describeStack(stack, region)) ?? {};
      return Outputs.find(({ OutputKey }) => OutputKey === 'ConfigHash')?.OutputValue;
    },
  };
}
