/** The work that the handlers of the bench protect. */
export const pay = async () => ({ statusCode: 201, body: '{"paid":true}' });
