/** Where threads load the simulated engine from. */
export const ENGINE_SIMULATION = new URL('./engine-simulation.js', import.meta.url).href;
