import type { JMESPathParsingOptions } from '@aws-lambda-powertools/jmespath/types';

/** What expressions may call. Early versions of the peer export this class by its use only. */
export type Functions = NonNullable<JMESPathParsingOptions['customFunctions']>;
