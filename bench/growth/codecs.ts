import * as zlib from 'node:zlib';
import { median } from '../statistics.ts';
import { bodyOf, bodySizes } from './bodies.ts';

interface Codec {
  compress(text: string): Uint8Array;
  inflate(data: Uint8Array): unknown;
}

const { constants } = zlib;

/** As the library uses the first two; deflate is what it was before, and what most others take. */
const codecs: Record<string, Codec> = {
  'zstd, level 1': {
    compress: (text) => zlib.zstdCompressSync(text, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
    inflate: (data) => zlib.zstdDecompressSync(data),
  },
  'brotli, quality 1': {
    compress: (text) => zlib.brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
    inflate: (data) => zlib.brotliDecompressSync(data),
  },
  'deflate, level 6': { compress: (text) => zlib.deflateRawSync(text), inflate: (data) => zlib.inflateRawSync(data) },
};

export interface AtCodec {
  codec: string;
  sizes: { bytes: number; compressed: number; compressMicros: number; inflateMicros: number }[];
}

const microsOf = (run: () => unknown, runs: number): number =>
  median(
    Array.from({ length: runs }, () => {
      const startMs = performance.now();
      run();
      return (performance.now() - startMs) * 1000;
    }),
  );

/** What each codec takes for the same bodies. */
export const measureCodecs = (runs: number): AtCodec[] => {
  const bodies = bodySizes.map((bytes) => ({ bytes, text: bodyOf(bytes) }));
  return Object.entries(codecs).map(([codec, { compress, inflate }]) => ({
    codec,
    sizes: bodies.map(({ bytes, text }) => {
      const data = compress(text);
      return {
        bytes,
        compressed: data.length,
        compressMicros: microsOf(() => compress(text), runs),
        inflateMicros: microsOf(() => inflate(data), runs),
      };
    }),
  }));
};
