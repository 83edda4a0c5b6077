/**
 * The address that signs somebody in once. Its key stands after the #, which no browser sends: it comes into
 * no log of a proxy and into no Referer. Source: RFC 9110 section 4.2.5, RFC 9700 section 4.2.4.
 *
 * @param publicUrl CONSOLE_URL without a slash at its end; where it isn't known just its path, or nothing: then a path
 * @param next where it leads, once signed in: below that
 */
export const signInLinkUrl = (publicUrl: string, key: string, next?: string): string => {
  const base = URL.canParse(publicUrl) ? new URL(publicUrl).pathname : publicUrl;
  const query =
    next === undefined ? '' : `?${new URLSearchParams({ next: base.replace(/\/$/, '') + next })}`;
  return `${publicUrl}/support/sign-in/link${query}#key=${key}`;
};

/** Where a new operator's link leads: to the page on which they choose a password. */
export const TO_OWN_ACCOUNT = '/support/account';

/** The key in what somebody has pasted: the key, or the whole link with it. */
export const keyIn = (pasted: string): string => {
  const [, key = pasted] = /[#?&]key=([^&#\s]+)/.exec(pasted) ?? [];
  return key.trim();
};
