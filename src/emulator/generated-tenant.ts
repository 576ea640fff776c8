import { ASSIGNED_TO, SAMPLE_CONFIGURATIONS, SAMPLES } from './sample-tenant.ts';
import { type Shape, shaped } from './shape.ts';
import { type Configuration, type Samples, type Tenant, tenantOf } from './tenant.ts';

const TYPES = [
  'windows10GeneralConfiguration',
  'windows10CustomConfiguration',
  'windows10EndpointProtectionConfiguration',
  'windowsUpdateForBusinessConfiguration',
  'iosGeneralDeviceConfiguration',
  'iosCustomConfiguration',
  'macOSGeneralDeviceConfiguration',
  'macOSCustomConfiguration',
  'androidDeviceOwnerGeneralDeviceConfiguration',
  'androidWorkProfileGeneralDeviceConfiguration',
] as const;

const SITES = ['Berlin', 'Osaka', 'São Paulo', 'Nairobi', 'Leeds', 'Austin', 'Pune', 'Gdańsk'] as const;

/** The sample tenant, or a deterministic tenant of a given size that starts with the configurations of the sample. */
export function tenantOfSize(size: number | undefined, shape: Shape): Tenant {
  const sample = SAMPLE_CONFIGURATIONS.map((one) => shaped(one, shape));
  if (size === undefined) return tenantOf('sample', sample, SAMPLES);
  const head = sample.slice(0, size);
  const tail = Array.from({ length: size - head.length }, (_, index) => shaped(generated(index), shape));
  return tenantOf(`generated-${size}`, [...head, ...tail], workingSamples(head));
}

/** In a tenant smaller than the sample, only routes whose configurations are all included work. */
function workingSamples(head: readonly Configuration[]): Samples {
  if (head.length === SAMPLE_CONFIGURATIONS.length) return SAMPLES;
  const ids = new Set(head.map(({ id }) => id));
  return Object.fromEntries(
    Object.entries(SAMPLES).filter(([name, one]) => name === 'direct' && ids.has(one.deviceConfigurationId)),
  );
}

function generated(index: number): Configuration {
  const hash = mix(index + 1);
  const devices = hash % 50 === 0 ? 0 : (hash >>> 8) % 6_000;
  const part = (share: number, salt: number): number =>
    Math.floor((devices * share * (mix(index * 31 + salt) % 1_000)) / 1_000);
  const counts = { pending: part(0.1, 1), notApplicable: part(0.05, 2), platform: part(0.02, 3) };
  const bad = { error: part(0.02, 4), failed: part(0.02, 5), conflict: part(0.01, 6) };
  const rest = devices - Object.values({ ...counts, ...bad }).reduce((sum, count) => sum + count, 0);
  const day = String(1 + (index % 28)).padStart(2, '0');
  const version = 1 + (index % 9);
  return {
    id: guid('c0f1', index),
    type: TYPES[index % TYPES.length] ?? TYPES[0],
    displayName: `${SITES[hash % SITES.length]} – configuration ${index + 1}`,
    description: '',
    createdDateTime: `2022-01-${day}T10:00:00Z`,
    lastModifiedDateTime: `2024-01-${day}T10:00:00Z`,
    version,
    overview: {
      id: guid('0e71', index),
      pendingCount: counts.pending,
      notApplicableCount: counts.notApplicable,
      notApplicablePlatformCount: counts.platform,
      successCount: rest,
      errorCount: bad.error,
      failedCount: bad.failed,
      conflictCount: bad.conflict,
      lastUpdateDateTime: `2024-08-${day}T00:00:00Z`,
      configurationVersion: version,
    },
    assignedTo: ASSIGNED_TO[index % ASSIGNED_TO.length] ?? [],
    links: {},
  };
}

function guid(kind: string, index: number): string {
  const hex = (value: number, length: number): string =>
    (value >>> 0).toString(16).padStart(8, '0').slice(0, length);
  return `${hex(mix(index + 7), 8)}-${kind}-4000-8000-${hex(mix(index + 13), 4)}${hex(index, 8)}`;
}

/** Spreads an index over 32 bits; the multipliers are those of MurmurHash3's finalizer. */
function mix(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
