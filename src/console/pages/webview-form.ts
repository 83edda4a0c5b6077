import { DEVICE_CAPABILITIES, PROVIDER_CATEGORIES } from '../../seam/webview-options.ts';
import type { WebviewRequest } from '../../support/accounts/webview.ts';
import type { Profile } from '../../users/profiles.ts';
import { type Html, href, html } from '../view/html.ts';
import { button, formFields, inPlace } from '../view/layout.ts';
import type { Visit } from '../view/route.ts';

/* The form for all that a webview can be like. Its fields have Seam's names, and what is left empty is left to Seam. */

/** Where there are several Seam workspaces, somebody has to say which one it is for. */
export const workspaceOf = (
  { desk }: Visit,
  id: string,
  label: Html,
  chosen: string | null = null,
): Html | null => {
  const { workspaces } = desk.config;
  if (workspaces.length < 2) return null;
  return html`${label}<select id="${id}" name="workspace" required>${workspaces.map(
    each =>
      html`<option value="${each.id ?? ''}"${each.id === chosen ? html` selected` : ''}>${each.name ?? each.id}</option>`,
  )}</select>`;
};

const idOf = (name: string): string => `webview-${name}`;

const textField = (form: URLSearchParams, name: string, label: string, hint?: string): Html =>
  html`<label for="${idOf(name)}">${label}</label>
    ${hint === undefined ? '' : html`<p class="faint" id="${idOf(name)}-hint">${hint}</p>`}
    <input id="${idOf(name)}" name="${name}" value="${form.get(name) ?? ''}" autocomplete="off" maxlength="2000"${
      hint === undefined ? '' : html` aria-describedby="${idOf(name)}-hint"`
    }>`;

const choice = (
  form: URLSearchParams,
  name: string,
  label: string,
  choices: readonly (readonly [value: string, text: string])[],
): Html => html`<label for="${idOf(name)}">${label}</label>
  <select id="${idOf(name)}" name="${name}">
    <option value="">Seam’s default</option>
    ${choices.map(
      ([value, text]) =>
        html`<option value="${value}"${form.get(name) === value ? html` selected` : ''}>${text}</option>`,
    )}
  </select>`;

const YES_OR_NO = [
  ['true', 'Yes'],
  ['false', 'No'],
] as const;

const MORE = [
  'excluded_providers',
  'custom_redirect_failure_url',
  'wait_for_device_creation',
  'automatically_manage_new_devices',
  'customer_key',
  'metadata',
];

const capabilities = (form: URLSearchParams): Html => {
  const chosen = form.getAll('accepted_capabilities');
  return html`<fieldset><legend>What the user may connect</legend>
    <p><small>If none is chosen, all that the providers have.</small></p>
    ${DEVICE_CAPABILITIES.map(
      name =>
        html`<label class="choice"><input type="checkbox" name="accepted_capabilities" value="${name}"${
          chosen.includes(name) ? html` checked` : ''
        }> ${name.replaceAll('_', ' ')}</label>`,
    )}</fieldset>`;
};

const more = (form: URLSearchParams): Html => html`<details${
  MORE.some(name => form.get(name)) ? html` open` : ''
}>
  <summary>More options</summary><div class="stack">
  ${textField(form, 'excluded_providers', 'Providers not to show', 'Seam’s names, separated by commas.')}
  ${textField(form, 'custom_redirect_failure_url', 'Where the user goes after a failure')}
  ${choice(form, 'wait_for_device_creation', 'Finished only once the account’s devices are known', YES_OR_NO)}
  ${choice(form, 'automatically_manage_new_devices', 'Devices that are added later become managed ones', YES_OR_NO)}
  ${textField(form, 'customer_key', 'Customer key', 'The Seam customer that the account will belong to.')}
  <label for="${idOf('metadata')}">More metadata</label>
  <p class="faint" id="${idOf('metadata')}-hint">One key=value a line, besides the user’s id; true and false are booleans.</p>
  <textarea id="${idOf('metadata')}" name="metadata" rows="3" maxlength="30000" aria-describedby="${idOf('metadata')}-hint">${form.get('metadata') ?? ''}</textarea>
</div></details>`;

/** For one user; with what was typed before, where something was wrong with it. */
export const optionsForm = (
  visit: Visit,
  { userId, name }: Pick<Profile, 'userId' | 'name'>,
  form: URLSearchParams,
): Html => html`<form class="stack" ${inPlace(href(['webviews', 'new']))}>
  <h2>For ${name ?? html`the user`} <code>${userId}</code></h2>
  ${formFields(visit)}<input type="hidden" name="user_id" value="${userId}"><input type="hidden" name="options" value="1">
  ${workspaceOf(visit, idOf('workspace'), html`<label for="${idOf('workspace')}">Seam workspace</label>`, form.get('workspace'))}
  ${textField(form, 'accepted_providers', 'Providers to show', 'Seam’s names, separated by commas, such as august, schlage. Empty: those of the category.')}
  ${choice(
    form,
    'provider_category',
    'Category of providers',
    PROVIDER_CATEGORIES.map(category => [category, category.replaceAll('_', ' ')] as const),
  )}
  ${capabilities(form)}
  ${textField(form, 'custom_redirect_url', 'Where the user goes afterwards', 'A full address, such as https://app.example/done.')}
  ${more(form)}
  <div class="row">${button(visit, 'Create webview', 'create_webview', { kind: 'main' })}
    <a class="button" href="${href(['webviews', 'new'], { find: userId })}">Cancel</a></div>
</form>`;

const listIn = (form: URLSearchParams, name: string): string[] | undefined => {
  const names = (form.get(name) ?? '')
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '');
  return names.length === 0 ? undefined : names;
};

const textIn = (form: URLSearchParams, name: string): string | undefined =>
  form.get(name)?.trim() || undefined;

const flagIn = (form: URLSearchParams, name: string): boolean | undefined => {
  const text = form.get(name);
  return text === 'true' ? true : text === 'false' ? false : undefined;
};

/** What a form asks for. @returns a sentence instead where it can't be read */
export const readOptions = (form: URLSearchParams): WebviewRequest | string => {
  const chosen = form.getAll('accepted_capabilities');
  const lines = (form.get('metadata') ?? '').split('\n').map(line => line.trim());
  const pairs = lines.filter(line => line !== '').map(line => [line, line.indexOf('=')] as const);
  if (pairs.some(([, at]) => at < 1)) return 'Each line of the metadata must be key=value.';
  const keys = pairs.map(([line, at]) => line.slice(0, at));
  if (new Set(keys).size < keys.length) return 'The metadata names a key twice.';
  return {
    userId: form.get('user_id') ?? '',
    metadata: Object.fromEntries(
      pairs.map(([line, at]) => [line.slice(0, at), typed(line.slice(at + 1))]),
    ),
    providerCategory: textIn(form, 'provider_category'),
    acceptedProviders: listIn(form, 'accepted_providers'),
    excludedProviders: listIn(form, 'excluded_providers'),
    acceptedCapabilities: chosen.length === 0 ? undefined : chosen,
    customRedirectUrl: textIn(form, 'custom_redirect_url'),
    customRedirectFailureUrl: textIn(form, 'custom_redirect_failure_url'),
    waitForDeviceCreation: flagIn(form, 'wait_for_device_creation'),
    automaticallyManageNewDevices: flagIn(form, 'automatically_manage_new_devices'),
    customerKey: textIn(form, 'customer_key'),
  };
};

const typed = (text: string): string | boolean =>
  text === 'true' || text === 'false' ? text === 'true' : text;
