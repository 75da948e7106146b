import { CfnElement } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { LifecycleFunction } from '../../../infra/constructs/lifecycle-function.ts';
import { createTenantApp } from '../../../infra/tenant-app.ts';
import { canonicalJson, type ConfigInput, parseConfig } from '../../../lib/config/index.ts';

const ResourceSchema = z.looseObject({
  Type: z.string(),
  // a template is JSON of some hundred shapes: what a test looks at, it compares
  Properties: z.record(z.string(), z.any()).default({}),
  DeletionPolicy: z.string().optional(),
});
export type Resource = z.infer<typeof ResourceSchema>;
const StatementSchema = z.object({
  Effect: z.literal('Allow'),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.unknown(),
  Condition: z
    .union([
      z.strictObject({
        'ForAllValues:StringLike': z.strictObject({
          'dynamodb:LeadingKeys': z.union([z.string(), z.array(z.string())]),
        }),
        Null: z.strictObject({ 'dynamodb:LeadingKeys': z.literal('false') }),
      }),
      z.strictObject({ StringEquals: z.strictObject({ 'kms:ViaService': z.unknown() }) }),
    ])
    .optional(),
});

const BASE: ConfigInput = {
  company: 'Example AG',
  tenant: 'test',
  sources: {
    bamboohr: { kind: 'bamboohr', secret: 'bamboohr-webhook' },
    hr: { kind: 'standard-webhooks', secret: 'hr-webhook' },
  },
  offboarding: { mode: 'delete' },
  night: { at: '04:05', timeZone: 'Europe/Berlin' },
};

/** The template of a configuration, without bundles, and names for what stands in it. */
export function synthesized(input: Partial<ConfigInput> = {}) {
  const config = parseConfig({ ...BASE, ...input }, 'test');
  const { app, stack } = createTenantApp({ config, json: canonicalJson(config) }, { 'aws:cdk:bundling-stacks': [] });
  const template = Template.fromStack(stack);
  const resources = z.record(z.string(), ResourceSchema).parse(template.toJSON()['Resources']);
  const elements = stack.node.findAll().filter((construct) => CfnElement.isCfnElement(construct));
  const paths = new Map(elements.map((element) => [logicalId(element), pathOf(element)]));

  function logicalId(element: CfnElement): string {
    return String(stack.resolve(element.logicalId));
  }
  const ofType = (type: string): Resource[] => Object.values(resources).filter((resource) => resource.Type === type);

  /** `Ref` and `Fn::GetAtt` as the path of the construct, with what was joined to it. */
  function named(value: unknown): string {
    if (typeof value === 'string') return paths.get(value) ?? value;
    if (Array.isArray(value)) return value.map(named).join('');
    const [key, inner] = Object.entries(z.record(z.string(), z.any()).parse(value))[0] ?? [];
    if (key === 'Fn::GetAtt') return named(inner[0]);
    return key === 'Fn::Join' ? inner[1].map(named).join(inner[0]) : named(inner);
  }

  const functions = stack.node.findAll().filter((construct) => construct instanceof LifecycleFunction);
  function functionCalled(name: string): Resource {
    const found = functions.find((construct) => construct.name === name)?.fn.node.defaultChild;
    const resource = CfnElement.isCfnElement(found) ? resources[logicalId(found)] : undefined;
    if (resource === undefined) throw new Error(`no function ${name}`);
    return resource;
  }

  /** To what a condition limits a permission: partitions of the ledger, the service through which a key is used. */
  function limitsOf(condition: z.infer<typeof StatementSchema>['Condition']): string[] {
    if (condition === undefined) return [];
    if ('StringEquals' in condition)
      return [`via ${named(condition.StringEquals['kms:ViaService']).split('.', 1).join()}`];
    return [condition['ForAllValues:StringLike']['dynamodb:LeadingKeys']].flat();
  }

  /** Of a role: `action` → resources, sorted, with what a condition limits it to: `Ledger/Table A# P#`. */
  function permissions(role: string): Record<string, string[]> {
    const statements = ofType('AWS::IAM::Policy')
      .filter((policy) => policy.Properties['Roles'].some((one: unknown) => named(one) === role))
      .flatMap((policy) => z.array(StatementSchema).parse(policy.Properties['PolicyDocument'].Statement));
    const pairs = statements.flatMap(({ Action, Resource, Condition }) => {
      const where = (resource: unknown): string => [named(resource), ...limitsOf(Condition)].join(' ');
      return [Action].flat().flatMap((action) => [Resource].flat().map((one) => [action, where(one)] as const));
    });
    const byAction = Map.groupBy(pairs, ([action]) => action);
    return Object.fromEntries([...byAction].map(([action, found]) => [action, found.map(([, path]) => path).sort()]));
  }

  /** Whoever has permissions: functions under their names, the rest by path. */
  function roles(): { title: string; role: string }[] {
    const names = new Map(functions.map((fn) => [`${fn.node.path.split('/').slice(1).join('/')}/Role`, fn.name]));
    const holders = new Set(ofType('AWS::IAM::Policy').flatMap(({ Properties }) => Properties['Roles'].map(named)));
    return [...holders].map((role) => ({ role, title: names.has(role) ? `${names.get(role)} (${role})` : role }));
  }

  return { app, stack, config, template, resources, ofType, named, functions, functionCalled, permissions, roles };
}

/** Without the stack and without the name that the CDK gives the inner resource. */
function pathOf(element: CfnElement): string {
  return element.node.path
    .split('/')
    .slice(1)
    .join('/')
    .replace(/\/Resource$/, '');
}
