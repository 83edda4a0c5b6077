import { crc32, deflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';

type Pixels = Readonly<{ width: number; height: number; rgba: Buffer }>;

/** Lets a browser read a PNG. @param page an empty one */
const decode = async (page: Page, png: Buffer): Promise<Pixels> => {
  const script = `(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let text = '';
    for (let at = 0; at < data.length; at += 32768) text += String.fromCharCode(...data.subarray(at, at + 32768));
    return { width: image.width, height: image.height, base64: btoa(text) };
  })()`;
  const { base64, ...size } = await page.evaluate<{
    width: number;
    height: number;
    base64: string;
  }>(script);
  return { ...size, rgba: Buffer.from(base64, 'base64') };
};

const PALETTE_SIZE = 256;

const distance = (a: number, b: number): number => {
  const channel = (shift: number): number => ((a >> shift) & 255) - ((b >> shift) & 255);
  return channel(16) ** 2 + channel(8) ** 2 + channel(0) ** 2;
};

/** The most frequent colours, and for each pixel which of them is nearest. */
const toPalette = ({ width, height, rgba }: Pixels): { palette: number[]; indexes: Uint8Array } => {
  const colours = Uint32Array.from({ length: width * height }, (_, pixel) =>
    rgba.readUIntBE(pixel * 4, 3),
  );
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, PALETTE_SIZE)
    .map(([colour]) => colour);
  const nearest = new Map<number, number>();
  for (const colour of counts.keys()) {
    const distances = palette.map(each => distance(colour, each));
    nearest.set(colour, distances.indexOf(Math.min(...distances)));
  }
  return { palette, indexes: Uint8Array.from(colours, colour => nearest.get(colour) ?? 0) };
};

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
};

/**
 * The same picture in at most 256 colours: a page has few, and the file is a third of the size.
 * Source: PNG Specification (Third Edition), "Datastream structure" and "PLTE".
 */
export const inFewerColours = async (page: Page, png: Buffer): Promise<Buffer> => {
  const pixels = await decode(page, png);
  const { width, height } = pixels;
  const { palette, indexes } = toPalette(pixels);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits an index, colour by palette.
  header.set([8, 3, 0, 0, 0], 8);
  // Each line begins with its filter: none.
  const lines = Array.from({ length: height }, (_, line) => [
    Buffer.alloc(1),
    indexes.subarray(line * width, (line + 1) * width),
  ]);
  return Buffer.concat([
    png.subarray(0, 8),
    chunk('IHDR', header),
    chunk(
      'PLTE',
      Buffer.from(palette.flatMap(each => [each >> 16, (each >> 8) & 255, each & 255])),
    ),
    chunk('IDAT', deflateSync(Buffer.concat(lines.flat()), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};
