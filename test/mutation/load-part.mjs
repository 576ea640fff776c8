// Loads all modules of the part before the first test. Otherwise a constant of a module counts as tested only by the test
// that was the last one before the module was loaded.
const folder = JSON.parse(process.env.MUTATION_FILES)[0].split('/').slice(0, 2).join('/');
const modules = import.meta.glob('../../src/**/*.ts');
for (const [path, load] of Object.entries(modules)) if (path.startsWith(`../../${folder}/`)) await load();
