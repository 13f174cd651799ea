import { stringify } from 'yaml';
import { openApiDocument } from './document.ts';

/** As docs/openapi.yaml has it. */
export const openApiText = (): string =>
  `# Made by \`npm run openapi\`.\n${stringify(openApiDocument(), { lineWidth: 120, aliasDuplicateObjects: false })}`;
