// SPDX-License-Identifier: Apache-2.0
// Reads the PNGs that Chromium writes (8 bits, RGB or RGBA, not interlaced), writes them smaller, and
// compares two.

import assert from 'node:assert/strict';
import { deflateSync, inflateSync } from 'node:zlib';

const signature = '89504e470d0a1a0a';
const channelsOf = { 2: 3, 6: 4 };

function chunksOf(file) {
  assert.equal(file.subarray(0, 8).toString('hex'), signature, 'not a PNG');
  const chunks = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    chunks.push({ type: file.toString('latin1', at + 4, at + 8), data: file.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** What the row filters 0–4 of PNG add to a byte. */
const predictors = [
  () => 0,
  (left) => left,
  (left, up) => up,
  (left, up) => (left + up) >> 1,
  paeth,
];

function unfilter(raw, width, height, channels) {
  const stride = width * channels;
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const predict = predictors[raw[y * (stride + 1)]];
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x >= channels ? pixels[at - channels] : 0;
      const up = y > 0 ? pixels[at - stride] : 0;
      const corner = x >= channels && y > 0 ? pixels[at - stride - channels] : 0;
      pixels[at] = raw[y * (stride + 1) + 1 + x] + predict(left, up, corner);
    }
  }
  return pixels;
}

export function readPng(file) {
  const chunks = chunksOf(file);
  const { data: head } = chunks.find(({ type }) => type === 'IHDR');
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const channels = channelsOf[head[9]];
  assert.ok(head[8] === 8 && channels && head[12] === 0, 'a PNG of another kind');
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  return { width, height, channels, pixels: unfilter(inflateSync(packed), width, height, channels) };
}

/** The share of pixels in which a channel differs by more than `slack`; 1 for different sizes. */
export function differingShare(a, b, slack = 24) {
  if (a.width !== b.width || a.height !== b.height) return 1;
  let differing = 0;
  for (let pixel = 0; pixel < a.width * a.height; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const apart = a.pixels[pixel * a.channels + channel] - b.pixels[pixel * b.channels + channel];
      if (Math.abs(apart) <= slack) continue;
      differing += 1;
      break;
    }
  }
  return differing / (a.width * a.height);
}

const crcTable = Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc >>> 0;
});

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  let crc = 0xffffffff;
  for (const byte of body) crc = crcTable[(crc ^ byte) & 255] ^ (crc >>> 8);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return Buffer.concat([length, body, sum]);
}

/** RGB, unfiltered, deflated as well as it goes: for flat screens about half of Chromium's size. */
export function writePng({ width, height, channels, pixels }) {
  const raw = Buffer.alloc((width * 3 + 1) * height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const at = pixel * 3 + Math.floor(pixel / width) + 1;
    pixels.copy(raw, at, pixel * channels, pixel * channels + 3);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from(signature, 'hex'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(raw, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
