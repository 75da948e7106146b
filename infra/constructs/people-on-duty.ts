import { CfnMicrosoftTeamsChannelConfiguration, SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Config } from '../../lib/config/index.ts';
import { GivenUp } from './safe-queue.ts';

export interface PeopleOnDutyProps {
  readonly notify: Config['notify'];
  readonly tenant: string;
  readonly topic: Topic;
}

/** Who hears of alarms. Chat goes through Amazon Q Developer in chat applications, whose role may do nothing. */
export class PeopleOnDuty extends Construct {
  constructor(scope: Construct, id: string, { notify, tenant, topic }: PeopleOnDutyProps) {
    super(scope, id);
    const { emails, slack, teams } = notify;
    const deadLetterQueue = emails.length === 0 ? undefined : new GivenUp(this, 'GivenUp');
    for (const address of emails) topic.addSubscription(new EmailSubscription(address, { deadLetterQueue }));
    if (slack === undefined && teams === undefined) return;
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('chatbot.amazonaws.com') });
    // the limit of what anybody may do from the chat; without one it would be AdministratorAccess
    const guardrail = ManagedPolicy.fromAwsManagedPolicyName('CloudWatchReadOnlyAccess');
    const name = `bitsight-user-lifecycle-${tenant}`;
    if (slack !== undefined)
      new SlackChannelConfiguration(this, 'Slack', {
        slackChannelConfigurationName: `${name}-slack`,
        slackWorkspaceId: slack.workspaceId,
        slackChannelId: slack.channelId,
        notificationTopics: [topic],
        guardrailPolicies: [guardrail],
        role,
      });
    if (teams !== undefined)
      new CfnMicrosoftTeamsChannelConfiguration(this, 'Teams', {
        configurationName: `${name}-teams`,
        teamsTenantId: teams.tenantId,
        teamId: teams.teamId,
        teamsChannelId: teams.channelId,
        snsTopicArns: [topic.topicArn],
        guardrailPolicies: [guardrail.managedPolicyArn],
        iamRoleArn: role.roleArn,
      });
  }
}
