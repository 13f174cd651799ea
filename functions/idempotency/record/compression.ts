/** How a result is compressed: by the faster of the two that this Node has. All that are supported have `brotli`; `zstd` came with 22.15 and 23.8. */
export type Codec = 'zstd' | 'brotli';

export interface Compressed {
  encoding: Codec;
  data: Uint8Array;
}

/** More than any answer that Lambda sends (6 MB, 20 MB as a stream): what inflates beyond is not ours, and would take the memory. */
export const maxInflatedBytes = 64 * 1024 * 1024;

/** From here on, other requests of the same environment would wait noticeably: a millisecond, on a whole processor. */
const asynchronousFrom = 256 * 1024;

/** Loaded when a result is large: that takes a millisecond or two, which most functions never need. */
const zlib = () => process.getBuiltinModule('node:zlib');

export const isCodec = (encoding: string | undefined): encoding is Codec =>
  encoding === 'zstd' || encoding === 'brotli';

/** Whether this Node can read it. */
export const canInflate = (encoding: Codec): boolean =>
  encoding === 'brotli' || zlib().zstdDecompressSync !== undefined;

/** At the fastest level of either, which takes hardly more room than deflate at its default. */
export const compress = (json: string): Promise<Compressed> | Compressed => {
  const { constants, zstdCompress, zstdCompressSync, brotliCompress, brotliCompressSync } = zlib();
  const [encoding, params, inBackground, atOnce] = zstdCompressSync
    ? (['zstd', { [constants.ZSTD_c_compressionLevel]: 1 }, zstdCompress, zstdCompressSync] as const)
    : (['brotli', { [constants.BROTLI_PARAM_QUALITY]: 1 }, brotliCompress, brotliCompressSync] as const);
  if (json.length < asynchronousFrom) return { encoding, data: atOnce(json, { params }) };
  return new Promise((resolve, reject) => {
    // In as few steps, each of which is a way to another thread and back.
    inBackground(json, { params, chunkSize: 128 * 1024 }, (error, data) =>
      error ? reject(error) : resolve({ encoding, data }),
    );
  });
};

/**
 * Never in the background: to parse what comes of it takes longer.
 *
 * @throws {Error} when the data is no such thing, or inflates without end
 */
export const inflate = ({ encoding, data }: Compressed): string => {
  const { zstdDecompressSync, brotliDecompressSync } = zlib();
  const run = encoding === 'zstd' ? zstdDecompressSync : brotliDecompressSync;
  return run(data, { maxOutputLength: maxInflatedBytes }).toString('utf8');
};
