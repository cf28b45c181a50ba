import { zstdDecompressSync } from "node:zlib";

/** Documentation/arch/x86/boot.rst: offsets in the setup header of a bzImage, and what stands there. */
const SETUP_SECTORS = 0x1f1;
const MAGIC = { at: 0x202, text: "HdrS" };
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
const SECTOR_BYTES = 512;
const ZSTD_MAGIC = 0xfd2fb528;

/**
 * The kernel proper out of a bzImage. Booting it directly (PVH) spares the emulated CPU the unpacking.
 * Undefined where the image is packed in another way: then boot it as it is.
 */
export function extractVmlinux(image: Buffer): Buffer | undefined {
  if (image.length < PAYLOAD_LENGTH + 4 || image.toString("latin1", MAGIC.at, MAGIC.at + 4) !== MAGIC.text)
    return undefined;
  const setupSectors = image[SETUP_SECTORS] || 4;
  const start = (setupSectors + 1) * SECTOR_BYTES + image.readUInt32LE(PAYLOAD_OFFSET);
  // The last four bytes of the payload are the unpacked size.
  const end = start + image.readUInt32LE(PAYLOAD_LENGTH) - 4;
  if (end > image.length || image.readUInt32LE(start) !== ZSTD_MAGIC) return undefined;
  const unpacked = zstdDecompressSync(image.subarray(start, end));
  return unpacked.toString("latin1", 1, 4) === "ELF" ? unpacked : undefined;
}
