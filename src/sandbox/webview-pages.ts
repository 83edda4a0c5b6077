import type { Fake } from '@seamapi/fake-seam-connect';

/** Where a webview is shown, by its id. */
export type WebviewPage = (webviewId: string) => string;
export type ShownWebview = Fake['database']['connect_webviews'][number];

/** The fake has no pages: the address that it gives a webview leads nowhere, until it is told where one is. */
export const webviewPages = ({ database }: Pick<Fake, 'database'>) => {
  let pageOf: WebviewPage | null = null;
  const show = (webview: ShownWebview): void => {
    if (pageOf !== null) webview.url = pageOf(webview.connect_webview_id);
  };
  return {
    show,
    showAt: (page: WebviewPage): void => {
      pageOf = page;
      for (const webview of database.connect_webviews) show(webview);
    },
  };
};

/**
 * Where Seam sends the user when they are done.
 *
 * @returns null where the webview says nothing of it
 */
export const redirectOf = (
  {
    custom_redirect_url: url,
    custom_redirect_failure_url: failureUrl,
  }: Pick<ShownWebview, 'custom_redirect_url' | 'custom_redirect_failure_url'>,
  hasFailed: boolean,
): string | null => (hasFailed ? (failureUrl ?? url) : url) ?? null;
