import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type RequestHandler, Router } from 'express';

const own = (name: string): string => fileURLToPath(new URL(`./assets/${name}`, import.meta.url));

/** The style sheet's parts, in their order: what all pages share, then a room each. */
const STYLES = ['base', 'case', 'lists', 'search', 'shifts', 'bulk', 'undo', 'drafts'] as const;

/** All that a page loads: from here, and from nowhere else. */
const ASSETS = {
  'console.css': {
    file: STYLES.map(style => own(`css/${style}.css`)),
    type: 'text/css; charset=utf-8',
  },
  'console.js': { file: own('console.js'), type: 'text/javascript; charset=utf-8' },
  'drafts.js': { file: own('drafts.js'), type: 'text/javascript; charset=utf-8' },
  'sign-in-link.js': { file: own('sign-in-link.js'), type: 'text/javascript; charset=utf-8' },
  'passkeys.js': { file: own('passkeys.js'), type: 'text/javascript; charset=utf-8' },
  'icon.svg': { file: own('icon.svg'), type: 'image/svg+xml' },
  'htmx.js': {
    file: createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js'),
    type: 'text/javascript; charset=utf-8',
  },
} as const;
type AssetName = keyof typeof ASSETS;

type Asset = Readonly<{ body: Buffer; type: string; hash: string }>;
const loaded = new Map<AssetName, Asset>();

/** Read once, when first asked for. */
const load = (name: AssetName): Asset => {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const { file, type } = ASSETS[name];
  const files = typeof file === 'string' ? [file] : file;
  const body = Buffer.concat(files.map(each => readFileSync(each)));
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  const asset = { body, type, hash };
  loaded.set(name, asset);
  return asset;
};

/** Where it is served; changes with its contents, so that browsers may keep it for ever. */
export const assetUrl = (name: AssetName): string => `/support/assets/${load(name).hash}/${name}`;

const isAsset = (name: string): name is AssetName => Object.hasOwn(ASSETS, name);

export const createAssetRouter = (): Router => {
  const send: RequestHandler = (request, response, next) => {
    const { hash, name } = request.params;
    if (typeof name !== 'string' || !isAsset(name)) {
      next();
      return;
    }
    const asset = load(name);
    const caching = asset.hash === hash ? 'public, max-age=31536000, immutable' : 'no-cache';
    response.set('cache-control', caching).type(asset.type).send(asset.body);
  };
  return Router().get('/assets/:hash/:name', send);
};
