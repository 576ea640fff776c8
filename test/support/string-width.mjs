// The `string-width` that Jest's environment loads once: its pattern for emoji takes 30 ms to compile in each test file.
export default globalThis.stringWidth;
