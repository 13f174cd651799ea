/** Whether a list has elements, and all are such. Unlike `every`, it ends at a gap: a list may have nothing but four billion of them. */
export const areAll = (list: readonly unknown[], is: (element: unknown) => boolean): boolean =>
  list.length > 0 && list.findIndex((element) => !is(element)) < 0;
