import { again, begun, mine, remember } from './rules.ts';
import { script } from './script.ts';

export const complete = script(
  ['owner', 'fence', 'expiresAt', 'result', 'encoding', 'thrown'],
  ['written', 'lost'],
  `
if f.status == 'COMPLETED' and f.owner == owner and (f.fence or '') == fence then${again}
  return 'written'
end
if not ${mine} then return 'lost' end${remember(begun)}
return 'written'`,
);
