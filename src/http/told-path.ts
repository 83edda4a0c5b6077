/**
 * The path of an address as logs and the audit log may have it: not its query, where there may be what somebody searched
 * for, nor the id of a user of the app, which an erasure would have to find there again. Pure.
 */
export const toldPath = (url: string): string => {
  const [path = ''] = url.split(/[?#]/);
  return path.replace(/(\/users\/)[^/]+/i, '$1{id}');
};
