import { readFileSync, writeFileSync } from 'node:fs';

interface Template {
  Resources: Record<string, { Type: string }>;
}

/** The emulator passes over resources of these types, and so finds no attribute of them. */
const isUnknown = (type = ''): boolean => type.startsWith('AWS::ApiGatewayV2::') || type === 'AWS::CloudWatch::Alarm';

/** Replaces attributes that the emulator can't know by a text, in a template that is deployed to it. */
export const withoutUnknownAttributes = (path: string): void => {
  const template = JSON.parse(readFileSync(path, 'utf8')) as Template;
  const replaced = JSON.stringify(template, (_name, value: unknown) => {
    const [resource, attribute] = (value as { 'Fn::GetAtt'?: string[] } | null)?.['Fn::GetAtt'] ?? [];
    const unknown = resource !== undefined && isUnknown(template.Resources[resource]?.Type);
    return unknown ? `${resource}.${attribute}` : value;
  });
  writeFileSync(path, replaced);
};
