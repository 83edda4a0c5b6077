/** For every answer that doesn't say otherwise: it is what it says it is, no page, and for no frame. */
export const NO_PAGE = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
} as const;
