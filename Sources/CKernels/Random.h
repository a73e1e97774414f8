// Template: Philox 4×32 with 10 rounds (Salmon et al. 2011), one block of four numbers in each lane.

/// The blocks of the counters position, position + 1, … of a stream: numbers[k][b] is number k of block b.
INLINE void NAME(philox)(uint64_t seed, uint64_t stream, uint64_t position, uint32_t numbers[4][LANES]) {
  uint32_t *restrict x0 = numbers[0], *restrict x1 = numbers[1], *restrict x2 = numbers[2], *restrict x3 = numbers[3];
  for (int b = 0; b < LANES; b++) {
    const uint64_t counter = position + (uint64_t)b;
    x0[b] = (uint32_t)counter;
    x1[b] = (uint32_t)(counter >> 32);
    x2[b] = (uint32_t)stream;
    x3[b] = (uint32_t)(stream >> 32);
  }
  uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
  for (int round = 0; round < 10; round++, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) {
    for (int b = 0; b < LANES; b++) {
      const uint64_t first = (uint64_t)0xD2511F53u * x0[b], second = (uint64_t)0xCD9E8D57u * x2[b];
      x0[b] = (uint32_t)(second >> 32) ^ x1[b] ^ k0;
      x1[b] = (uint32_t)second;
      x2[b] = (uint32_t)(first >> 32) ^ x3[b] ^ k1;
      x3[b] = (uint32_t)first;
    }
  }
}

/// n numbers equally distributed over [0, 1), multiples of 2⁻²⁴, four from each block.
static void NAME(uniform)(uint64_t seed, uint64_t stream, uint64_t position, long n, float *out) {
  uint32_t numbers[4][LANES];
  for (; n >= 4 * LANES; n -= 4 * LANES, out += 4 * LANES, position += LANES) {
    NAME(philox)(seed, stream, position, numbers);
    for (int b = 0; b < LANES; b++)
      for (int k = 0; k < 4; k++) out[4 * b + k] = (float)(int32_t)(numbers[k][b] >> 8) * 0x1p-24f;
  }
  NAME(philox)(seed, stream, position, numbers);
  for (long i = 0; i < n; i++) out[i] = (float)(int32_t)(numbers[i % 4][i / 4] >> 8) * 0x1p-24f;
}
