// The imports that tests have from Jest, from Vitest.
import { vi } from 'vitest';

export { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
export const jest = { unstable_mockModule: vi.doMock };
