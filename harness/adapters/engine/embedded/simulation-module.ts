/** Where threads load the simulated engine from. */
export const ENGINE_SIMULATION = new URL('./engine-simulation.js', import.meta.url).href;
/** The data directory's path on the simulated engine's disks. */
export const ENGINE_DATA_DIRECTORY = '/data';
