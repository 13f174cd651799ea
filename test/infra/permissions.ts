import type { Template } from 'aws-cdk-lib/assertions';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}

interface Policy {
  PolicyDocument: { Statement: Statement[] };
  Roles: { Ref: string }[];
}

type Permissions = Record<string, Record<string, string[]>>;

const ARN_OF_RESOURCE = /^\{"Fn::GetAtt":\["(\w+)","Arn"\]\}$/;

/**
 * What the policies of each function's role say: `{ function: { resource: [actions] } }`, by construct id. A statement that is more than
 * "allow actions on one resource of this stack" keeps the template's form as its name, so that no `toEqual` overlooks it.
 */
export function permissions(template: Template): Permissions {
  const policies = Object.values(template.findResources('AWS::IAM::Policy')).map(
    (found): Policy => found['Properties'],
  );
  const granted: Permissions = {};
  for (const [logicalId, { Properties }] of Object.entries(template.findResources('AWS::Lambda::Function'))) {
    const role: string = Properties.Role['Fn::GetAtt'][0];
    const statements = policies
      .filter(({ Roles }) => Roles.some(({ Ref }) => Ref === role))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    const byResource: Record<string, string[]> = {};
    for (const { Effect, Action, Resource, Condition } of statements) {
      for (const resource of [Resource].flat()) {
        const name = Effect === 'Allow' && Condition === undefined ? resourceName(resource) : undefined;
        const key = name ?? JSON.stringify({ Effect, Resource: resource, Condition });
        byResource[key] = [...(byResource[key] ?? []), ...[Action].flat()].sort();
      }
    }
    granted[constructId(logicalId)] = byResource;
  }
  return granted;
}

/** The logical id without the hash that the CDK appends: the construct ids on the way to the resource, joined. */
export function constructId(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

function resourceName(resource: unknown): string | undefined {
  const logicalId = ARN_OF_RESOURCE.exec(JSON.stringify(resource))?.[1];
  return logicalId && constructId(logicalId);
}
