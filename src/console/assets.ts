import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type RequestHandler, Router } from 'express';
import { baseHere } from '../http/mount.ts';
import { type Coding, codingFor, compress } from './compress.ts';

const own = (name: string): string => fileURLToPath(new URL(`./assets/${name}`, import.meta.url));

/** The style sheet's parts, in their order: what all pages share, then a room each. */
const STYLES = ['base', 'case', 'lists', 'search', 'shifts', 'bulk', 'undo', 'drafts'] as const;

const script = (name: string) => ({ file: own(name), type: 'text/javascript; charset=utf-8' });

/** All that a page loads: from here, and from nowhere else. */
const ASSETS = {
  'console.css': {
    file: STYLES.map(style => own(`css/${style}.css`)),
    type: 'text/css; charset=utf-8',
  },
  'console.js': script('console.js'),
  'times.js': script('times.js'),
  'keys.js': script('keys.js'),
  'roving.js': script('roving.js'),
  'selection.js': script('selection.js'),
  'palette.js': script('palette.js'),
  'drafts.js': script('drafts.js'),
  'sign-in-link.js': script('sign-in-link.js'),
  'passkeys.js': script('passkeys.js'),
  'icon.svg': { file: own('icon.svg'), type: 'image/svg+xml' },
  'htmx.js': {
    file: createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js'),
    type: 'text/javascript; charset=utf-8',
  },
} as const;
type AssetName = keyof typeof ASSETS;

/** What every page runs, in this order; each for itself. */
export const SCRIPTS = [
  'console.js',
  'times.js',
  'keys.js',
  'roving.js',
  'drafts.js',
  'selection.js',
  'palette.js',
] as const satisfies AssetName[];

type Asset = Readonly<{
  body: Buffer;
  type: string;
  hash: string;
  /** Made when first asked for. */
  compressed: Map<Coding, Promise<Buffer>>;
}>;
const loaded = new Map<AssetName, Asset>();

/** Read once, when first asked for. */
const load = (name: AssetName): Asset => {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const { file, type } = ASSETS[name];
  const files = typeof file === 'string' ? [file] : file;
  const body = Buffer.concat(files.map(each => readFileSync(each)));
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  const asset = { body, type, hash, compressed: new Map() };
  loaded.set(name, asset);
  return asset;
};

/** Where it is served; changes with its contents, so that browsers may keep it for ever. */
export const assetUrl = (name: AssetName): string =>
  `${baseHere()}/support/assets/${load(name).hash}/${name}`;

const isAsset = (name: string): name is AssetName => Object.hasOwn(ASSETS, name);

const compressed = ({ body, compressed: known }: Asset, coding: Coding): Promise<Buffer> => {
  const small = known.get(coding) ?? compress(body, coding, 'asset');
  known.set(coding, small);
  return small;
};

export const createAssetRouter = (): Router => {
  const send: RequestHandler = async (request, response, next) => {
    const { hash, name } = request.params;
    if (typeof name !== 'string' || !isAsset(name)) {
      next();
      return;
    }
    const asset = load(name);
    const caching = asset.hash === hash ? 'public, max-age=31536000, immutable' : 'no-cache';
    response.set('cache-control', caching).type(asset.type);
    const coding = codingFor(response, asset.body.length);
    if (coding === null) {
      response.send(asset.body);
      return;
    }
    response.set('content-encoding', coding).send(await compressed(asset, coding));
  };
  return Router().get('/assets/:hash/:name', send);
};
