/** Returns a random integer between two times (ms). */
export function randomBetween(min: number, max: number, random: () => number): number {
  return Math.round(min + random() * (max - min));
}
