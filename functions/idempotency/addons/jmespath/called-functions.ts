/** Literals and quoted names, in which anything may stand. */
const quoted = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`/gs;

/** The functions that an expression calls, and the methods that Powertools looks for. */
export const calledFunctions = (expression: string): { name: string; method: string }[] =>
  [
    ...String(expression)
      .replace(quoted, '``')
      .matchAll(/([A-Za-z_]\w*)\s*\(/g),
  ].map(([, name = '']) => {
    const camelCase = name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
    return { name, method: `func${camelCase.charAt(0).toUpperCase()}${camelCase.slice(1)}` };
  });
