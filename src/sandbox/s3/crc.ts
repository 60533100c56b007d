/** CRC-32C (Castagnoli), which node:zlib has not. */
export class Crc32c {
  private value = 0xffffffff;

  update(bytes: Uint8Array): void {
    let crc = this.value;
    for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ (castagnoli[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0);
    this.value = crc >>> 0;
  }

  digest(): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE((this.value ^ 0xffffffff) >>> 0);
    return bytes;
  }
}

/** CRC-64/NVME in two halves of 32 bits, because BigInt is a hundred times slower. */
export class Crc64Nvme {
  private high = 0xffffffff;
  private low = 0xffffffff;

  update(bytes: Uint8Array): void {
    let { high, low } = this;
    for (let i = 0; i < bytes.length; i++) {
      const at = (low ^ (bytes[i] ?? 0)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (nvmeLow[at] ?? 0);
      high = (high >>> 8) ^ (nvmeHigh[at] ?? 0);
    }
    this.high = high >>> 0;
    this.low = low >>> 0;
  }

  digest(): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE((this.high ^ 0xffffffff) >>> 0);
    bytes.writeUInt32BE((this.low ^ 0xffffffff) >>> 0, 4);
    return bytes;
  }
}

const castagnoli = table32(0x82f63b78);
const [nvmeHigh, nvmeLow] = table64(0x9a6c9329, 0xac4bc9b5);

function table32(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc >>> 0;
  });
}

function table64(polynomialHigh: number, polynomialLow: number): [Uint32Array, Uint32Array] {
  const highs = new Uint32Array(256);
  const lows = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let high = 0;
    let low = byte;
    for (let bit = 0; bit < 8; bit++) {
      const odd = low & 1;
      low = ((low >>> 1) | (high << 31)) >>> 0;
      high >>>= 1;
      if (odd) {
        low = (low ^ polynomialLow) >>> 0;
        high = (high ^ polynomialHigh) >>> 0;
      }
    }
    highs[byte] = high;
    lows[byte] = low;
  }
  return [highs, lows];
}
