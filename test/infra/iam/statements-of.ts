import type { Template } from 'aws-cdk-lib/assertions';
import { createResolver } from '../../../infra/local/intrinsics.ts';
import { constructId } from '../permissions.ts';
import type { Statement } from './evaluate.ts';

interface Policy {
  Properties: { PolicyDocument: { Statement: Statement[] }; Roles: { Ref: string }[] };
}

/** What the policies of a function's role say, by the function's construct id; names of resources as they are on this machine. */
export function statementsOf(template: Template): (functionId: string) => Statement[] {
  const resolve = createResolver(template.toJSON()['Resources']);
  const policies: Policy[] = Object.values(template.findResources('AWS::IAM::Policy')) as never;
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
  return (functionId) => {
    const found = functions.find(([logicalId]) => constructId(logicalId) === functionId);
    if (!found) throw new Error(`There is no function ${functionId}.`);
    const role: string = found[1]['Properties'].Role['Fn::GetAtt'][0];
    return policies
      .filter(({ Properties }) => Properties.Roles.some(({ Ref }) => Ref === role))
      .flatMap(({ Properties }) => resolve(Properties.PolicyDocument.Statement, functionId) as Statement[]);
  };
}
