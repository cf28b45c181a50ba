/**
 * A step through `size` places that visits each once before it returns, and spreads any run of steps evenly: close to the
 * golden section of the size (Knuth, The Art of Computer Programming 3, section 6.4) and without common divisor with it.
 */
export function goldenStride(size: number): number {
  let stride = Math.max(1, Math.round(size * 0.618_034));
  while (commonDivisor(stride, size) > 1) stride++;
  return stride;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
