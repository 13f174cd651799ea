/** Something to wait for until the test opens it. */
export const barrier = () => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return { opened: promise, open: () => resolve(undefined) };
};
