/**
 * How long this process has been running on a processor, in milliseconds: unlike the clock, it does not grow with what
 * else the machine does.
 */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
